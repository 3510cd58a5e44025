"""A test that sends known tensors through a live server: they must come back unchanged.

A stub built against another numpy corrupts tensors silently (docs/serving.md). Every kind of
tensor that the contract uses is sent here.
"""

from __future__ import annotations

import re

import numpy as np

from wordlight.contract import SUBTITLES, Value
from wordlight.errors import SelfTestFailed

WORDS = ["light", "every", "wörd"]
STARTS = [0.5, 2.25, 4.125]
ENDS = [1.0, 3.0, 5.0]
TIMEOUT_S = 30.0
CHANNEL = [("grpc.enable_http_proxy", 0)]
"""gRPC would reach even our own server through a proxy that the environment names."""

_CUE = re.compile(r"(\d+):(\d+):(\d+),(\d+) --> .*\n(.*)")


def self_test(address: str) -> None:
    """Checks that three timed words come back from the subtitles model with their times.

    Raises:
        SelfTestFailed: They do not.
    """
    import tritonclient.grpc as triton  # not at the top: only a server that runs is asked
    from tritonclient.utils import InferenceServerException

    given: dict[str, Value] = {
        "WORDS": WORDS,
        "STARTS": np.array(STARTS),
        "ENDS": np.array(ENDS),
        "SCORES": np.array([0.25, 0.5, 1.0], np.float32),
        "MODE": "word",
        "KARAOKE": "none",
        "WIDTH": 1280,
        "HEIGHT": 720,
    }
    inputs = []
    for name, value in given.items():
        spec = SUBTITLES.input(name)
        array = spec.encode(value)
        inputs.append(triton.InferInput(name, list(array.shape), spec.dtype.wire))
        inputs[-1].set_data_from_numpy(array)
    try:
        with triton.InferenceServerClient(address, channel_args=CHANNEL) as client:
            answer = client.infer(SUBTITLES.name, inputs, client_timeout=TIMEOUT_S)
    except InferenceServerException as error:
        raise SelfTestFailed(f"the self-test got no answer: {error.message()}") from error
    srt = str(SUBTITLES.output("SRT").decode(answer.as_numpy("SRT")))
    expected = list(zip(STARTS, WORDS, strict=True))
    got = _cues(srt)
    if got != expected:
        raise SelfTestFailed(f"known tensors came back changed: sent {expected}, got {got}")


def _cues(srt: str) -> list[tuple[float, str]]:
    """The start in seconds and the text of each cue of an SRT file."""
    return [
        (int(h) * 3600 + int(m) * 60 + int(s) + int(ms) / 1000, text)
        for h, m, s, ms, text in _CUE.findall(srt)
    ]
