"""The models that speak and hear answer any request, or refuse it by field; they never fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import fake_pb_utils
import numpy as np
import pytest
from any_input import TEXT, check, requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wordlight.contract import F5_TTS, WHISPERX, ModelSpec
from wordlight.reading import read_script

NOISE = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)
HEARD = {"AUDIO": NOISE, "SAMPLE_RATE": 16_000, "TRANSCRIPT": TEXT}
VALID: Mapping[str, tuple[ModelSpec, list[dict[str, Any]]]] = {
    "f5_tts": (F5_TTS, [{"TEXT": TEXT, "TASK": "plan"}]),
    "whisperx": (WHISPERX, [
        HEARD, HEARD | {"READING": read_script(TEXT).to_json()},
        HEARD | {"CHUNK_STARTS": [0.0, 0.5], "CHUNK_WORDS": [0, 2]},
    ]),
}  # fmt: skip
Models = Callable[[str], Callable[[list[Any]], list[Any]]]


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("name", VALID)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_any_request_is_answered_or_refused_by_field(models: Models, name: str, data: Any) -> None:
    spec, valid = VALID[name]
    values = data.draw(st.sampled_from(valid))
    encoded = {key: spec.input(key).encode(value) for key, value in values.items()}
    arrays = data.draw(requests(spec, encoded))

    (response,) = models(name)([fake_pb_utils.Request(arrays, is_decoupled=spec.is_decoupled)])

    check(spec, arrays, response)
