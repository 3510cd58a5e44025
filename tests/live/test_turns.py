"""A long recording lets short ones pass, and one that is cancelled leaves the server idle."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc as triton
from live_server import Live
from tritonclient.utils import InferenceServerException

from wordlight.serving._stubs import Process

RATE_HZ = 16_000
LONG_S, SHORT_S = 240.0, 5.0
ANSWERED_WITHIN_S = 300.0


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """Real speech, again and again: (n_samples,) at 16 kHz."""
    soundfile, soxr = pytest.importorskip("soundfile"), pytest.importorskip("soxr")
    spec = importlib.util.find_spec("f5_tts")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("f5-tts is not installed")
    folder = Path(next(iter(spec.submodule_search_locations)))
    said, rate_hz = soundfile.read(
        folder / "infer/examples/basic/basic_ref_en.wav", dtype="float32"
    )
    sentence = soxr.resample(said, rate_hz, RATE_HZ)
    return np.resize(sentence, round(LONG_S * RATE_HZ)).astype(np.float32)


class Caller:
    """Sends recordings to ``whisperx`` itself; an answer is its time of arrival, or an error."""

    def __init__(self, client: triton.InferenceServerClient) -> None:
        self._client = client

    def send(self, samples: np.ndarray, **options: Any) -> tuple[Future[float], Any]:
        """When the answer comes, and what cancels the call."""
        audio = triton.InferInput("AUDIO", [1, len(samples)], "FP32")
        audio.set_data_from_numpy(samples[None])
        rate = triton.InferInput("SAMPLE_RATE", [1, 1], "INT32")
        rate.set_data_from_numpy(np.array([[RATE_HZ]], np.int32))
        answer: Future[float] = Future()
        call = self._client.async_infer(
            "whisperx", [audio, rate], partial(self._take, answer),
            outputs=[triton.InferRequestedOutput("SPOKEN_TEXT")], **options,
        )  # fmt: skip
        return answer, call

    @staticmethod
    def _take(answer: Future[float], result: Any, error: Exception | None) -> None:
        if error is not None:
            answer.set_exception(error)
        elif b"call me nature" not in result.as_numpy("SPOKEN_TEXT")[0, 0]:
            answer.set_exception(AssertionError("something else was heard"))
        else:
            answer.set_result(time.monotonic())


@pytest.fixture
def caller(live: Live) -> Iterator[Caller]:
    with triton.InferenceServerClient(live.grpc) as client:
        yield Caller(client)


def stub_cpu_s() -> float:
    """Seconds of CPU that the stubs of ``whisperx`` on this machine have used."""
    total_s = 0.0
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                is_ours = b"/models/whisperx/1/model.py" in (folder / "cmdline").read_bytes()
            except OSError:
                continue
            process = Process.look(int(folder.name)) if is_ours else None
            total_s += process.activity.cpu_s if process else 0.0
    return total_s


def wait_until_it_works(since_s: float) -> None:
    until = time.monotonic() + 60
    while stub_cpu_s() < since_s + 1.0:
        assert time.monotonic() < until
        time.sleep(0.1)


def wait_until_it_is_idle() -> float:
    """Seconds until a stub computed nothing for a second."""
    began = time.monotonic()
    while time.monotonic() < began + ANSWERED_WITHIN_S:
        before_s = stub_cpu_s()
        time.sleep(1.0)
        if stub_cpu_s() - before_s < 0.2:
            return time.monotonic() - began - 1.0
    raise AssertionError("the stub goes on and on")


def test_a_short_recording_passes_a_long_one(caller: Caller, speech: np.ndarray) -> None:
    began = time.monotonic()
    long, _ = caller.send(speech)
    wait_until_it_works(stub_cpu_s())

    sent = time.monotonic()
    short, _ = caller.send(speech[: round(SHORT_S * RATE_HZ)])
    short_took_s = short.result(ANSWERED_WITHIN_S) - sent

    assert not long.done()
    long_took_s = long.result(ANSWERED_WITHIN_S) - began
    print(f"long {long_took_s:.1f} s, short meanwhile {short_took_s:.1f} s")
    assert short_took_s < 0.5 * long_took_s


def test_a_long_recording_that_is_cancelled_leaves_the_server_idle(
    caller: Caller, speech: np.ndarray
) -> None:
    long, call = caller.send(speech)
    wait_until_it_works(stub_cpu_s())

    call.cancel()
    with pytest.raises(InferenceServerException, match=r"(?i)cancel"):
        long.result(ANSWERED_WITHIN_S)
    idle_after_s = wait_until_it_is_idle()

    print(f"idle {idle_after_s:.1f} s after it was cancelled")
    assert idle_after_s < 20.0


def test_a_long_recording_that_is_not_done_within_its_timeout_is_told_so(
    caller: Caller, speech: np.ndarray
) -> None:
    long, _ = caller.send(speech, timeout=2_000_000)

    with pytest.raises(InferenceServerException, match="DEADLINE_EXCEEDED: whisperx was not done"):
        long.result(ANSWERED_WITHIN_S)

    assert wait_until_it_is_idle() < 20.0
