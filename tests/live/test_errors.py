"""Bad input gets a clear error that names the field and the limit, over both protocols."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http
from live_server import Live
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

RATE_HZ = 24_000
NOISE = np.random.default_rng(0).normal(0, 0.1, 60 * RATE_HZ).astype(np.float32)

Infer = Callable[[str, dict[str, np.ndarray]], Any]


def text(value: str) -> np.ndarray:
    return np.array([[value.encode()]], object)


def number(value: float, dtype: type = np.float32) -> np.ndarray:
    return np.array([[value]], dtype)


def reference(samples: np.ndarray, rate_hz: int = RATE_HZ) -> dict[str, np.ndarray]:
    return {
        "TEXT": text("Hello."),
        "REFERENCE_AUDIO": samples[None].astype(np.float32),
        "REFERENCE_RATE": number(rate_hz, np.int32),
        "REFERENCE_TEXT": text("Some words."),
    }


BAD: list[tuple[str, str, dict[str, np.ndarray], str]] = [
    ("empty text", "f5_tts", {"TEXT": text("")}, "EMPTY_TEXT: TEXT"),
    ("spaces", "f5_tts", {"TEXT": text(" \n ")}, "EMPTY_TEXT: TEXT"),
    ("only emoji", "f5_tts", {"TEXT": text("🎉🙂❤️")}, "EMPTY_TEXT: TEXT"),
    ("100,000 characters", "f5_tts", {"TEXT": text("a " * 50_000)},
     "TOO_LONG: TEXT is 100,000 characters long; at most 40,000"),
    ("other script", "f5_tts", {"TEXT": text("Привет")}, "UNSUPPORTED_TEXT: TEXT"),
    ("not UTF-8", "f5_tts", {"TEXT": np.array([[b"\xff\xfe"]], object)}, "WRONG_TYPE: TEXT"),
    ("two texts", "f5_tts", {"TEXT": np.array([[b"a"], [b"b"]], object)}, "WRONG_SHAPE: TEXT"),
    ("0 s reference", "f5_tts", reference(NOISE[:0]), "OUT_OF_RANGE: REFERENCE_AUDIO is 0 s"),
    ("0.1 s reference", "f5_tts", reference(NOISE[: RATE_HZ // 10]),
     "OUT_OF_RANGE: REFERENCE_AUDIO is 0.1 s; it must be from 1 to 15 s"),
    ("60 s reference", "f5_tts", reference(NOISE), "OUT_OF_RANGE: REFERENCE_AUDIO is 60 s"),
    ("NaN reference", "f5_tts", reference(np.full(2 * RATE_HZ, np.nan)),
     "NOT_FINITE: REFERENCE_AUDIO"),
    ("silent reference", "f5_tts", reference(np.zeros(2 * RATE_HZ)), "REFERENCE_UNUSABLE"),
    ("wrong rate", "f5_tts", reference(NOISE[: 2 * RATE_HZ], 100),
     "OUT_OF_RANGE: REFERENCE_RATE is 100 Hz; it must be from 8000 to 192000 Hz"),
    ("no rate", "f5_tts", {"TEXT": text("Hi."), "REFERENCE_AUDIO": NOISE[None, : 2 * RATE_HZ]},
     "MISSING_INPUT: REFERENCE_RATE"),
    ("voice and recording", "f5_tts", {**reference(NOISE[: 2 * RATE_HZ]), "VOICE": text("heart")},
     "INVALID_INPUT: VOICE and REFERENCE_AUDIO are both given"),
    ("unknown voice", "f5_tts", {"TEXT": text("Hi."), "VOICE": text("nobody")},
     "UNKNOWN_VOICE: VOICE 'nobody' is not known here; there are: daniel, echo, emma"),
    ("voice as a path", "f5_tts", {"TEXT": text("Hi."), "VOICE": text("../../etc")},
     "UNKNOWN_VOICE"),
    ("negative speed", "f5_tts", {"TEXT": text("Hi."), "SPEED": number(-1)},
     "OUT_OF_RANGE: SPEED is -1; it must be from 0.3 to 3"),
    ("no steps", "f5_tts", {"TEXT": text("Hi."), "NFE_STEPS": number(0, np.int32)},
     "OUT_OF_RANGE: NFE_STEPS is 0; it must be from 1 to 64"),
    ("infinite guidance", "f5_tts", {"TEXT": text("Hi."), "CFG_STRENGTH": number(np.inf)},
     "NOT_FINITE: CFG_STRENGTH"),
    ("emoji script", "narrate", {"TEXT": text("🎉")}, "EMPTY_TEXT: TEXT"),
    ("empty recording", "whisperx",
     {"AUDIO": NOISE[None, :0], "SAMPLE_RATE": number(16_000, np.int32)}, "AUDIO"),
    ("nothing to align", "whisperx",
     {"AUDIO": NOISE[None, :RATE_HZ], "SAMPLE_RATE": number(RATE_HZ, np.int32),
      "TRANSCRIPT": text("...")}, "EMPTY_TEXT: TRANSCRIPT"),
    ("unknown language", "whisperx",
     {"AUDIO": NOISE[None, :RATE_HZ], "SAMPLE_RATE": number(RATE_HZ, np.int32),
      "TRANSCRIPT": text("hi"), "LANGUAGE": text("tlh")}, "UNKNOWN_LANGUAGE"),
    ("times apart", "subtitles",
     {"WORDS": np.array([[b"a", b"b"]], object), "STARTS": np.array([[0.0]]),
      "ENDS": np.array([[1.0, 2.0]])}, "STARTS"),
    ("overlap", "subtitles",
     {"WORDS": np.array([[b"a", b"b"]], object), "STARTS": np.array([[0.0, 0.5]]),
      "ENDS": np.array([[1.0, 2.0]])}, "WORDS_OVERLAP: STARTS"),
    ("unknown preset", "subtitles",
     {"WORDS": np.array([[b"a"]], object), "STARTS": np.array([[0.0]]), "ENDS": np.array([[1.0]]),
      "PRESET": text("comic")}, "NOT_ONE_OF: PRESET is 'comic'; it must be one of classic"),
    ("bad style", "subtitles",
     {"WORDS": np.array([[b"a"]], object), "STARTS": np.array([[0.0]]), "ENDS": np.array([[1.0]]),
      "STYLE": text('{"colour": 1}')}, "STYLE"),
]  # fmt: skip

REFUSED_BY_TRITON: list[tuple[str, str, dict[str, np.ndarray], tuple[str, ...]]] = [
    ("stereo", "f5_tts",
     {**reference(NOISE[: 2 * RATE_HZ]), "REFERENCE_AUDIO": NOISE[None, None, :RATE_HZ]},
     ("REFERENCE_AUDIO", "shape")),
    ("wrong dtype", "f5_tts", {"TEXT": text("Hi."), "SPEED": number(1, np.float64)},
     ("SPEED", "FP64", "FP32")),
    ("unknown tensor", "f5_tts", {"TEXT": text("Hi."), "PITCH": number(1)}, ("PITCH",)),
]  # fmt: skip


def over_grpc(live: Live) -> Infer:
    def infer(model: str, arrays: dict[str, np.ndarray]) -> Any:
        with triton_grpc.InferenceServerClient(live.grpc) as client:
            return client.infer(model, tensors(triton_grpc, arrays))

    return infer


def over_http(live: Live) -> Infer:
    def infer(model: str, arrays: dict[str, np.ndarray]) -> Any:
        with triton_http.InferenceServerClient(live.http) as client:
            return client.infer(model, tensors(triton_http, arrays))

    return infer


def tensors(protocol: Any, arrays: dict[str, np.ndarray]) -> list[Any]:
    made = []
    for name, array in arrays.items():
        made.append(protocol.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype)))
        made[-1].set_data_from_numpy(array)
    return made


@pytest.fixture(params=[over_grpc, over_http], ids=["grpc", "http"])
def infer(live: Live, request: pytest.FixtureRequest) -> Infer:
    made: Infer = request.param(live)
    return made


def check_refusal(caught: pytest.ExceptionInfo[InferenceServerException]) -> str:
    message = caught.value.message()
    assert str(caught.value.status()) in (
        "StatusCode.INVALID_ARGUMENT", "StatusCode.NOT_FOUND", "400", "404", "None",
    )  # fmt: skip
    assert "Traceback" not in message
    assert ".py" not in message
    assert "/tmp" not in message
    return message


@pytest.mark.parametrize(("model", "arrays", "says"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_input_is_refused_by_name(
    infer: Infer, model: str, arrays: dict[str, np.ndarray], says: str
) -> None:
    with pytest.raises(InferenceServerException) as caught:
        infer(model, arrays)

    assert says in check_refusal(caught)


@pytest.mark.parametrize(
    ("model", "arrays", "says"),
    [b[1:] for b in REFUSED_BY_TRITON],
    ids=[b[0] for b in REFUSED_BY_TRITON],
)
def test_what_triton_itself_refuses_names_the_input_too(
    infer: Infer, model: str, arrays: dict[str, np.ndarray], says: tuple[str, ...]
) -> None:
    with pytest.raises(InferenceServerException) as caught:
        infer(model, arrays)

    message = check_refusal(caught)
    assert all(part in message for part in says)


def test_one_bad_request_among_seven_good_ones_fails_alone(live: Live) -> None:
    infer = over_grpc(live)
    scripts = ["Good morning."] * 3 + ["🙂"] + ["Good night."] * 4

    def speak(script: str) -> bool:
        try:
            return infer("f5_tts", {"TEXT": text(script)}).as_numpy("AUDIO").size > 0
        except InferenceServerException as error:
            return "EMPTY_TEXT" not in error.message()

    with ThreadPoolExecutor(len(scripts)) as pool:
        answered = list(pool.map(speak, scripts))

    assert answered == [script != "🙂" for script in scripts]
