"""Whatever a request holds, it gets an answer that fits the contract, or a refusal that names why.

The engines are the real ones, called as the adapter calls them. Those that speak and hear stand
behind the model `checks` here; tests/models has them themselves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import fake_pb_utils as pb_utils
import numpy as np
import pytest
from any_input import DOCUMENTS, N_WORDS, SAMPLES, TEXT, check, every_member, requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wordlight.adapter import CancelCall, CancelEngine, Cancellations, serve
from wordlight.checks import CheckCall, CheckEngine
from wordlight.contract import (
    CANCEL,
    CHECKS,
    LIMIT_FIELDS,
    MODELS,
    PUBLISH,
    STYLE_FIELDS,
    SUBTITLES,
    VOICES,
    Dtype,
    ModelSpec,
    Resume,
)
from wordlight.publishing import PublishCall, PublishCheck, PublishEngine
from wordlight.reading import Alignable, read_script
from wordlight.speech import EnglishScripts, SpeechCheck
from wordlight.subtitles import SubtitleCall, SubtitleEngine
from wordlight.voices import VoicesCall, VoiceShelf

from .test_engine import ALLOWED, OpenBucket


class SigningBucket(OpenBucket):
    """An S3 that takes and lists everything, and signs addresses."""

    def generate_presigned_url(self, *asked: Any, **more: Any) -> str:
        return "https://films.example/a"


ROOT = Path(__file__).parents[3]
MOST_S = 3.0
"""Of processor time, for one request of the few words that are usual here."""
N_EXAMPLES, N_MANY = 60, 2_000
HEARD = np.random.default_rng(0).normal(0, 0.1, 2 * 24_000).astype(np.float32)
WORDS: dict[str, Any] = {
    "WORDS": TEXT.split(),
    "STARTS": [0.5 * index for index in range(N_WORDS)],
    "ENDS": [0.5 * index + 0.4 for index in range(N_WORDS)],
}
VALID: Mapping[str, tuple[ModelSpec, list[dict[str, Any]]]] = {
    "subtitles": (SUBTITLES, [WORDS, WORDS | {"SPEAKERS": ["Anna", "Ben"] * 2},
                              WORDS | {"READING": read_script(TEXT).to_json()}]),
    "voices": (VOICES, [{"LANGUAGE": ""}]),
    "cancel": (CANCEL, [{"ID": "job"}]),
    "publish": (PUBLISH, [{"AUDIO": [0.1] * 240, "SAMPLE_RATE": 24_000,
                           "DESTINATION": "s3://films/a", "AUDIO_FORMAT": "wav",
                           **{tensor.name: "{}" for tensor in SUBTITLES.outputs}}]),
    "checks": (CHECKS, [
        {"TEXT": TEXT}, {"TRANSCRIPT": TEXT, "SAMPLE_RATE": 16_000},
        {"TRANSCRIPT": TEXT, "READING": read_script(TEXT).to_json()},
        {"TEXT": TEXT, "REFERENCE_AUDIO": HEARD, "REFERENCE_RATE": 24_000},
        {"TEXT": TEXT, "DESTINATION": "s3://films/a", "KEY": "b"},
    ]),
}  # fmt: skip
Ask = Callable[[str, Mapping[str, np.ndarray]], Any]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The response of a model to tensors, given within `MOST_S`."""
    voices = VoiceShelf((ROOT / "models/mini/voices",), "heart")
    engines: dict[str, tuple[type, Any]] = {
        "subtitles": (SubtitleCall, SubtitleEngine.load()),
        "voices": (VoicesCall, voices),
        "cancel": (CancelCall, CancelEngine(Cancellations(tmp_path_factory.mktemp("told")))),
        "publish": (PublishCall, PublishEngine(ALLOWED, SigningBucket)),
        "checks": (CheckCall, CheckEngine(
            SpeechCheck(EnglishScripts(), lambda: voices.folders, "heart"),
            Alignable({"en": ".", "de": ".", "es": "not-fetched"}, "en"),
            PublishCheck(ALLOWED, OpenBucket),
        )),
    }  # fmt: skip
    executes = {name: serve(spec, *engines[name], pb_utils) for name, (spec, _) in VALID.items()}

    def asked(name: str, arrays: Mapping[str, np.ndarray]) -> Any:
        began_s = time.process_time()
        (response,) = executes[name]([pb_utils.Request(arrays)])
        assert time.process_time() - began_s < MOST_S
        return response

    return asked


def encoded(spec: ModelSpec, values: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {name: spec.input(name).encode(value) for name, value in values.items()}


@pytest.mark.parametrize("name", VALID)
def test_the_valid_requests_that_the_others_are_made_from_are_answered(ask: Ask, name: str) -> None:
    spec, valid = VALID[name]

    for values in valid:
        response = ask(name, encoded(spec, values))

        assert response.error() is None, response.error().message()


def test_every_json_input_has_a_document_with_every_member_here() -> None:
    tensors = {one.name: one for model in MODELS for one in model.inputs}
    of_json = {
        name for name, one in tensors.items()
        if one.dtype is Dtype.STRING and one.meaning.startswith("JSON")
    }  # fmt: skip

    assert of_json - {"JSON", "REPORT"} <= set(DOCUMENTS)
    assert set(DOCUMENTS["LIMITS"]) == set(LIMIT_FIELDS)
    assert set(DOCUMENTS["STYLE"]) == set(STYLE_FIELDS) - {"scale"}
    assert set(DOCUMENTS["RESUME"]) == set(Resume.__annotations__)
    assert set(SAMPLES) <= set(tensors)


def explore(ask: Ask, name: str, data: st.DataObject) -> None:
    spec, valid = VALID[name]
    arrays = data.draw(requests(spec, encoded(spec, data.draw(st.sampled_from(valid)))))

    check(spec, arrays, ask(name, arrays))


MANY = settings(
    max_examples=N_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


@pytest.mark.parametrize("name", VALID)
@MANY
@given(data=st.data())
def test_any_request_is_answered_or_refused_by_field(ask: Ask, name: str, data: Any) -> None:
    explore(ask, name, data)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("name", VALID)
@settings(MANY, max_examples=N_MANY)
@given(data=st.data())
def test_any_of_many_requests_is_answered_or_refused(ask: Ask, name: str, data: Any) -> None:
    explore(ask, name, data)


@pytest.mark.parametrize("name", ["STYLE", "LIMITS", "READING"])
def test_any_value_of_any_member_is_taken_or_refused_by_field(ask: Ask, name: str) -> None:
    for text in every_member(DOCUMENTS[name]):
        arrays = encoded(SUBTITLES, {**WORDS, name: text})

        check(SUBTITLES, arrays, ask("subtitles", arrays))
