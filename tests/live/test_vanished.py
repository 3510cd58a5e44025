"""Callers whose process is killed: the work for them goes no further than its next step."""

from __future__ import annotations

import subprocess
import sys
import time
import wave

import numpy as np
import pytest
from served import Served
from traces import until

SENTENCE = "The river runs past the mill, and the miller counts his sacks of flour again. "
LONG = SENTENCE * 20
CALLER = """\
import sys
from wordlight_client import Client

url, kind, what = sys.argv[1:]
with Client(url) as client:
    match kind:
        case "narrate":
            client.narrate(what)
        case "speak":
            client.speak(what)
        case "stream":
            list(client.narrate_stream(what))
        case "caption":
            client.caption(what)
"""
AT_WORK_WITHIN_S, AT_WORK_S = 30.0, 1.0
ENDS_WITHIN_S, STEP_WITHIN_S = 5.0, 300.0
RECORDING_S = 180.0


@pytest.fixture(scope="module")
def recording(whole: Served, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of a long recording."""
    with whole.client("grpc") as client:
        clip = client.speak(SENTENCE, seed=1).clip
    samples = np.resize(clip.samples, round(RECORDING_S * clip.rate_hz))
    path = tmp_path_factory.mktemp("recording") / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, clip.rate_hz, 0, "NONE", ""))
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return str(path)


def vanish(server: Served, protocol: str, kind: str, what: str) -> str:
    """Lets somebody ask, kills him when a model is at work, and gives that model's name."""
    url = server.grpc if protocol == "grpc" else f"http://{server.http}"
    until(lambda: not server.in_flight(), AT_WORK_WITHIN_S)
    works = "whisperx" if kind == "caption" else "f5_tts"
    with subprocess.Popen(
        [sys.executable, "-c", CALLER, url, kind, what], stderr=subprocess.PIPE
    ) as caller:
        until(lambda: server.in_flight().get(works), AT_WORK_WITHIN_S)
        time.sleep(AT_WORK_S)
        assert server.in_flight().get(works), "it was done too soon"
        caller.kill()
    return works


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["http", "grpc"])
@pytest.mark.parametrize("kind", ["narrate", "speak", "stream", "caption"])
def test_all_work_for_a_caller_who_vanished_stops(
    whole: Served, recording: str, protocol: str, kind: str
) -> None:
    """Triton 2.51 tells no step of an ensemble that its caller is gone: the front door cancels by
    the request's id."""
    what = recording if kind == "caption" else LONG

    vanish(whole, protocol, kind, what)
    ended_s = until(lambda: not whole.in_flight(), STEP_WITHIN_S)

    print(f"{kind} over {protocol}: nothing in work {ended_s:.1f} s after its caller had vanished")
    assert ended_s < ENDS_WITHIN_S
