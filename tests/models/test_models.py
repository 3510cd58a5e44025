"""Each ``model.py`` answers the good requests of its contract, and refuses the bad ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import fake_pb_utils
import numpy as np
import pytest

from wordlight.audio import read_wav
from wordlight.contract import MODELS, ModelSpec, Value
from wordlight.reading import Reading, read_script

ROOT = Path(__file__).parents[2]
SPECS = {spec.name: spec for spec in MODELS if isinstance(spec, ModelSpec)}
HEART = ROOT / "models/mini/voices/heart"
TEXT = "Good morning to you."
Execute = Callable[[list[fake_pb_utils.Request]], list[fake_pb_utils.InferenceResponse]]


def request(model: str, /, **values: Value) -> fake_pb_utils.Request:
    spec = SPECS[model]
    arrays = {name: spec.input(name).encode(value) for name, value in values.items()}
    return fake_pb_utils.Request(arrays, is_decoupled=spec.is_decoupled)


def good(model: str) -> fake_pb_utils.Request:
    heart = read_wav(HEART / "reference.wav")
    transcript = (HEART / "reference.txt").read_text(encoding="utf-8").strip()
    made: dict[str, dict[str, Any]] = {
        "f5_tts": {"TEXT": TEXT, "SEED": 1, "NFE_STEPS": 2},
        "whisperx": {
            "AUDIO": heart.samples, "SAMPLE_RATE": heart.rate_hz, "TRANSCRIPT": transcript,
        },
        "subtitles": {"WORDS": ["so", "it", "goes"], "STARTS": [0.0, 0.5, 1.0],
                      "ENDS": [0.4, 0.9, 1.5]},
        "voices": {"LANGUAGE": ""},
        "publish": {**PUBLISHED, "DESTINATION": "s3://films/tests"},
        "checks": {"TEXT": TEXT, "VOICE": "heart", "STYLE": '{"size": 60}', "SPEAKERS": ["A"] * 4,
                   "DESTINATION": "s3://films/tests"},
        "narrate_stream": {"TEXT": TEXT, "SEED": 1, "NFE_STEPS": 2},
        "cancel": {"ID": "nobody's"},
    }  # fmt: skip
    return request(model, **made[model])


PUBLISHED: dict[str, Any] = {
    "AUDIO": [0.1] * 2_400,
    "SAMPLE_RATE": 24_000,
    **{tensor.name: "{}" for tensor in SPECS["subtitles"].outputs},
}
BAD: list[tuple[str, dict[str, Value], int, str]] = [
    ("f5_tts", {"TEXT": "🎉"}, fake_pb_utils.TritonError.INVALID_ARG, "EMPTY_TEXT: TEXT"),
    ("f5_tts", {"TEXT": TEXT, "VOICE": "soul"}, fake_pb_utils.TritonError.NOT_FOUND,
     "UNKNOWN_VOICE: VOICE 'soul'"),
    ("f5_tts", {"TEXT": TEXT, "SPEED": 9.0}, fake_pb_utils.TritonError.INVALID_ARG,
     "OUT_OF_RANGE: SPEED is 9"),
    ("f5_tts", {"TEXT": TEXT, "LANGUAGE": "de"}, fake_pb_utils.TritonError.INVALID_ARG,
     "LANGUAGE is 'de'"),
    ("f5_tts", {"SEED": 1}, fake_pb_utils.TritonError.INVALID_ARG, "MISSING_INPUT: TEXT"),
    ("whisperx", {"AUDIO": [], "SAMPLE_RATE": 16_000}, fake_pb_utils.TritonError.INVALID_ARG,
     "AUDIO"),
    ("whisperx", {"AUDIO": [0.1] * 16_000, "SAMPLE_RATE": 16_000, "TRANSCRIPT": "hi",
                  "LANGUAGE": "tlh"}, fake_pb_utils.TritonError.NOT_FOUND, "UNKNOWN_LANGUAGE: "),
    ("whisperx", {"AUDIO": [0.1] * 16_000, "SAMPLE_RATE": 16_000, "TRANSCRIPT": "hi",
                  "READING": "{}"}, fake_pb_utils.TritonError.INVALID_ARG,
     "INVALID_INPUT: READING is not the JSON of a reading"),
    ("subtitles", {"WORDS": ["a"], "STARTS": [0.0], "ENDS": [1.0],
                   "READING": read_script("a b").to_json()},
     fake_pb_utils.TritonError.INVALID_ARG, "INVALID_INPUT: READING has 2 words, WORDS has 1"),
    ("subtitles", {"WORDS": ["a", "b"], "STARTS": [0.0, 0.5], "ENDS": [1.0, 2.0]},
     fake_pb_utils.TritonError.INVALID_ARG, "WORDS_OVERLAP: STARTS"),
    ("publish", {**PUBLISHED, "DESTINATION": "s3://radio/x"},
     fake_pb_utils.TritonError.INVALID_ARG, "BUCKET_NOT_ALLOWED: DESTINATION names the bucket"),
    ("checks", {"TEXT": TEXT, "STYLE": '{"size": 9999}'}, fake_pb_utils.TritonError.INVALID_ARG,
     "INVALID_INPUT: STYLE gives 'size' the value 9999"),
    ("narrate_stream", {"TEXT": TEXT, "VOICE": "soul"}, fake_pb_utils.TritonError.NOT_FOUND,
     "UNKNOWN_VOICE: VOICE 'soul'"),
    ("cancel", {"ID": ""}, fake_pb_utils.TritonError.INVALID_ARG, "INVALID_INPUT: ID is empty"),
    ("voices", {}, fake_pb_utils.TritonError.INVALID_ARG, "MISSING_INPUT: LANGUAGE"),
]  # fmt: skip


def test_every_model_of_the_repository_is_tried_here() -> None:
    repository = ROOT / "model_repository"

    assert {path.parents[1].name for path in repository.glob("*/1/model.py")} == set(SPECS)
    assert {model for model, *_ in BAD} == set(SPECS)


@pytest.mark.parametrize("model", SPECS)
def test_a_good_request_has_every_output_of_its_contract(
    models: Callable[[str], Execute], model: str
) -> None:
    (response,) = models(model)([good(model)])

    assert not response.has_error(), response.error()
    spec = SPECS[model]
    assert [tensor.name() for tensor in response.output_tensors()] == [
        tensor.name for tensor in spec.outputs
    ]
    for tensor in spec.outputs:
        array = response[tensor.name]
        assert array.dtype == tensor.dtype.numpy
        assert array.shape[0] == 1
        tensor.decode(array)  # within the limits that the contract states


@pytest.mark.parametrize(
    ("model", "values", "status", "says"), BAD, ids=[f"{b[0]}-{b[3].split(':')[0]}" for b in BAD]
)
def test_a_bad_request_is_refused_beside_a_good_one(
    models: Callable[[str], Execute], model: str, values: dict[str, Value], status: int, says: str
) -> None:
    refused, answered = models(model)([request(model, **values), good(model)])

    error = refused.error()
    assert error is not None
    assert error.code() == status
    assert says in error.message()
    assert "Traceback" not in error.message()
    assert str(ROOT) not in error.message()
    assert not answered.has_error()


def test_f5_tts_speaks_what_whisperx_times(models: Callable[[str], Execute]) -> None:
    (spoken,) = models("f5_tts")([request("f5_tts", TEXT=TEXT, SEED=1)])

    (timed,) = models("whisperx")(
        [
            request(
                "whisperx",
                AUDIO=spoken["AUDIO"][0],
                SAMPLE_RATE=int(spoken["SAMPLE_RATE"].item()),
                TRANSCRIPT=TEXT,
                READING=spoken["READING"].item().decode(),
            )
        ]
    )

    starts, ends = timed["STARTS"][0], timed["ENDS"][0]
    assert [word.decode() for word in timed["WORDS"][0]] == TEXT.split()
    assert timed["READING"].item() == spoken["READING"].item()
    assert Reading.from_json(timed["READING"].item().decode()) == read_script(TEXT)
    assert (starts[1:] >= ends[:-1] - 1e-6).all()
    assert ends[-1] <= timed["DURATION"].item()


def test_a_recorded_voice_without_its_text_is_heard_by_the_model_next_door(
    models: Callable[[str], Execute],
) -> None:
    heart = read_wav(HEART / "reference.wav")
    given = {"REFERENCE_AUDIO": heart.samples, "REFERENCE_RATE": heart.rate_hz}

    (response,) = models("f5_tts")([request("f5_tts", TEXT=TEXT, SEED=1, NFE_STEPS=2, **given)])

    assert not response.has_error(), response.error()
    assert response["AUDIO"].size > 12_000


def test_a_recorded_voice_in_which_nothing_is_heard_is_refused(
    models: Callable[[str], Execute],
) -> None:
    hum = (0.2 * np.sin(2 * np.pi * 100 * np.arange(48_000) / 24_000)).astype(np.float32)

    (response,) = models("f5_tts")(
        [request("f5_tts", TEXT=TEXT, REFERENCE_AUDIO=hum, REFERENCE_RATE=24_000)]
    )

    error = response.error()
    assert error is not None
    assert error.message().startswith("REFERENCE_UNUSABLE: REFERENCE_AUDIO")


def test_the_voices_are_those_of_the_profile(models: Callable[[str], Execute]) -> None:
    (response,) = models("voices")([good("voices")])

    names = response["NAMES"].tolist()[0]
    assert names[0] == b"heart"
    assert len(names) >= 4
