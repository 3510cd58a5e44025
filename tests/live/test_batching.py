"""Requests share the sampler's steps. None waits for a longer one, or outlives its caller."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc as triton
from counters import Counters
from live_server import Live
from tritonclient.utils import InferenceServerException
from wordlight_client import Client

from wordlight.contract import SPEECH_METERS, SpeechMeters

SCRIPTS = [
    "Good morning.",
    "The path was long and very quiet.",
    "We sat by the water until the light turned gold.",
    "Would you like to walk with me down to the river today?",
    "Take your coat. The wind is still cold, and the road is long.",
    "He said yes.",
    "Then we all walked home slowly, tired and happy.",
    "An old man sold us 12 fresh eggs.",
]
LONG = " ".join(SCRIPTS) * 8
ANSWERED_WITHIN_S = 300.0


class Caller:
    """Asks ``f5_tts`` itself; an answer is its time of arrival, or an error."""

    def __init__(self, client: triton.InferenceServerClient) -> None:
        self._client = client

    def ask(self, text: str, **options: Any) -> tuple[Future[float], Any]:
        """When the answer comes, and what cancels the call."""
        tensor = triton.InferInput("TEXT", [1, 1], "BYTES")
        tensor.set_data_from_numpy(np.array([[text.encode()]], object))
        answer: Future[float] = Future()

        def take(result: Any, error: Exception | None) -> None:
            if error is None:
                answer.set_result(time.monotonic())
            else:
                answer.set_exception(error)

        wanted = [triton.InferRequestedOutput("SAMPLE_RATE")]
        call = self._client.async_infer("f5_tts", [tensor], take, outputs=wanted, **options)
        return answer, call


@pytest.fixture
def caller(live: Live) -> Iterator[Caller]:
    with triton.InferenceServerClient(live.grpc) as client:
        yield Caller(client)


def test_eight_callers_share_steps_and_every_step_is_counted(
    live: Live, counters: Counters
) -> None:
    before = counters.read()
    with Client(live.grpc) as client, ThreadPoolExecutor(len(SCRIPTS)) as pool:
        spoken = list(pool.map(lambda text: client.speak(text, seed=1), SCRIPTS))
    requests = before[SpeechMeters.REQUESTS.name] + len(SCRIPTS)
    counters.wait_for(SpeechMeters.REQUESTS, lambda n: n >= requests)
    after = counters.read()

    counted = {name: after[name] - before[name] for name in after}
    made_s = sum(len(one.clip.samples) / one.clip.rate_hz for one in spoken)
    assert set(after) == {meter.name for meter in SPEECH_METERS}
    assert counted[SpeechMeters.ROWS.name] > counted[SpeechMeters.STEPS.name]
    assert counted[SpeechMeters.AUDIO_S.name] == pytest.approx(made_s, rel=0.3)
    assert counted[SpeechMeters.SAMPLER_S.name] > 0
    assert counted[SpeechMeters.VOCODER_S.name] > 0
    assert counted[SpeechMeters.VOICE_HITS.name] >= len(SCRIPTS) - 1
    assert after[SpeechMeters.IN_WORK.name] == after[SpeechMeters.QUEUED_S.name] == 0


def test_a_caller_gets_beside_others_what_it_gets_alone(live: Live) -> None:
    with Client(live.grpc) as client:
        alone = [client.speak(text, seed=3).clip.samples for text in SCRIPTS[:4]]
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda text: client.speak(text, seed=3), SCRIPTS[:4]))

    for one, other in zip(alone, together, strict=True):
        assert len(one) == len(other.clip.samples)
        correlation = np.corrcoef(one, other.clip.samples)[0, 1]
        assert correlation > 0.999


def test_a_short_text_passes_a_long_one_and_a_bad_one_is_refused_at_once(
    caller: Caller, counters: Counters
) -> None:
    started_s = time.monotonic()
    idle_s = caller.ask(SCRIPTS[0])[0].result(ANSWERED_WITHIN_S) - started_s
    long, call = caller.ask(LONG)
    counters.wait_for(SpeechMeters.IN_WORK, lambda n: n == 1)

    sent_s = time.monotonic()
    bad, _ = caller.ask("...")
    short, _ = caller.ask(SCRIPTS[0])
    with pytest.raises(InferenceServerException, match="EMPTY_TEXT"):
        bad.result(ANSWERED_WITHIN_S)
    refused_s = time.monotonic() - sent_s
    short_s = short.result(ANSWERED_WITHIN_S) - sent_s

    print(f"idle {idle_s:.2f} s, behind a long one {short_s:.2f} s, refused {refused_s:.2f} s")
    assert not long.done()
    assert refused_s < short_s
    call.cancel()
    counters.wait_for(SpeechMeters.IN_WORK, lambda n: n == 0)


def test_a_text_whose_caller_is_gone_is_spoken_no_further(
    caller: Caller, counters: Counters
) -> None:
    long, call = caller.ask(LONG)
    counters.wait_for(SpeechMeters.IN_WORK, lambda n: n == 1)
    dropped = counters.read()[SpeechMeters.DROPPED.name]

    call.cancel()
    began_s = time.monotonic()
    with pytest.raises(InferenceServerException, match=r"(?i)cancel"):
        long.result(ANSWERED_WITHIN_S)
    counters.wait_for(SpeechMeters.IN_WORK, lambda n: n == 0)

    print(f"the sampler was free {time.monotonic() - began_s:.2f} s after the caller had gone")
    assert time.monotonic() - began_s < 10.0
    assert counters.read()[SpeechMeters.DROPPED.name] == dropped + 1


def test_a_text_that_is_not_spoken_within_its_timeout_is_told_so(
    caller: Caller, counters: Counters
) -> None:
    long, _ = caller.ask(LONG, timeout=2_000_000)

    with pytest.raises(InferenceServerException, match="DEADLINE_EXCEEDED: f5_tts was not done"):
        long.result(ANSWERED_WITHIN_S)

    counters.wait_for(SpeechMeters.IN_WORK, lambda n: n == 0)
