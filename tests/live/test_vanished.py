"""Callers whose process is killed: the work for them goes no further than its next step."""

from __future__ import annotations

import subprocess
import sys
import time
import wave

import numpy as np
import pytest
import tritonclient.grpc as triton
from served import Served
from traces import until

SENTENCE = "The river runs past the mill, and the miller counts his sacks of flour again. "
LONG, SHORT = SENTENCE * 20, SENTENCE * 4
"""The short one is spoken within a few seconds, even if its caller is gone."""
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


def runs(server: Served, model: str) -> int:
    """How often a model was run since the server started."""
    with triton.InferenceServerClient(server.grpc) as client:
        count: int = client.get_inference_statistics(model).model_stats[0].inference_count
        return count


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["narrate", "speak", "stream", "caption"])
def test_over_http_all_work_for_a_caller_who_vanished_stops(
    whole: Served, recording: str, kind: str
) -> None:
    what = recording if kind == "caption" else LONG

    vanish(whole, "http", kind, what)
    ended_s = until(lambda: not whole.in_flight(), STEP_WITHIN_S)

    print(f"{kind} over HTTP: nothing was in work {ended_s:.1f} s after its caller had vanished")
    assert ended_s < ENDS_WITHIN_S


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["speak", "stream"])
def test_over_grpc_the_work_of_a_model_for_a_caller_who_vanished_stops(
    whole: Served, kind: str
) -> None:
    vanish(whole, "grpc", kind, LONG)
    ended_s = until(lambda: not whole.in_flight(), STEP_WITHIN_S)

    print(f"{kind} over gRPC: nothing was in work {ended_s:.1f} s after its caller had vanished")
    assert ended_s < ENDS_WITHIN_S


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "next_model"), [("narrate", "whisperx"), ("caption", "subtitles")]
)
def test_over_grpc_an_ensemble_goes_on_without_its_caller_and_then_ends(
    whole: Served, recording: str, kind: str, next_model: str
) -> None:
    """Triton 2.51 tells no step of an ensemble that its caller is gone. Over HTTP the front door
    cancels by the request's id; nothing stands before the gRPC port that could."""
    before = runs(whole, next_model)

    works = vanish(whole, "grpc", kind, recording if kind == "caption" else SHORT)
    ended_s = until(lambda: not whole.in_flight(), STEP_WITHIN_S)
    until(lambda: runs(whole, next_model) > before, STEP_WITHIN_S)

    print(f"{kind} over gRPC: {works} went on for {ended_s:.1f} s, and {next_model} ran after it")
    until(lambda: not whole.in_flight(), STEP_WITHIN_S)
