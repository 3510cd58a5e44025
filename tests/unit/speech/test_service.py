"""The engine as it serves: calls come at any time and from any thread, and some callers leave."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from wordlight.adapter import speech_weights
from wordlight.errors import EmptyText, ServerUnreachable, UnknownVoice
from wordlight.manifest import load_manifest
from wordlight.speech import SpeechAnswer, SpeechCall, SpeechEngine, SpeechService
from wordlight.speech._vocoding import Beside

WITHIN_S = 120.0
SHORT = "Good morning to you."
LONG = "The river ran low, and we crossed it before noon. Nobody spoke of it again. " * 8


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SpeechEngine:
    volume = tmp_path_factory.mktemp("volume")
    return SpeechEngine.load(speech_weights(load_manifest("mini"), volume), "cpu", threads=1)


@pytest.fixture
def service(engine: SpeechEngine) -> Iterator[SpeechService]:
    service = SpeechService(engine)
    yield service
    service.close()
    torch.set_flush_denormal(False)


def call(text: str, **more: Any) -> SpeechCall:
    return SpeechCall(text, **{"seed": 1, "nfe_steps": 1, **more})


def submit(
    service: SpeechService, call: SpeechCall, is_wanted: Callable[[], bool] = lambda: True
) -> Future[Any]:
    """Submits a call; its answer or error becomes the future's result."""
    answer: Future[Any] = Future()
    service.submit(call, answer.set_result, is_wanted)
    return answer


def test_many_at_once_are_each_answered_as_alone(
    service: SpeechService, engine: SpeechEngine
) -> None:
    texts = [SHORT, "He said yes.", "Then we all walked home slowly, tired and happy."]

    answers = [submit(service, call(text)) for text in texts]

    for text, answer in zip(texts, answers, strict=True):
        got, (alone,) = answer.result(WITHIN_S), engine.run([call(text)])
        assert isinstance(got, SpeechAnswer)
        assert isinstance(alone, SpeechAnswer)
        assert got.spoken_text == text
        assert len(got.audio) == len(alone.audio)
        assert float(np.corrcoef(got.audio, alone.audio)[0, 1]) > 0.99


def test_a_bad_call_is_refused_while_a_long_one_is_spoken(service: SpeechService) -> None:
    long = submit(service, call(LONG))

    assert isinstance(submit(service, call("...")).result(WITHIN_S), EmptyText)
    assert isinstance(submit(service, call(SHORT, voice="nobody")).result(WITHIN_S), UnknownVoice)

    assert not long.done()
    assert isinstance(long.result(WITHIN_S), SpeechAnswer)


def test_a_short_call_passes_a_long_one(service: SpeechService) -> None:
    long = submit(service, call(LONG))
    short = submit(service, call(SHORT))

    assert isinstance(short.result(WITHIN_S), SpeechAnswer)
    assert not long.done()


def test_a_call_that_nobody_wants_any_more_is_not_answered_and_ends(
    service: SpeechService,
) -> None:
    is_wanted = [True]
    gone = submit(service, call(LONG), lambda: is_wanted[0])
    submit(service, call(SHORT)).result(WITHIN_S)

    is_wanted[0] = False

    until = time.monotonic() + WITHIN_S
    while service.queued_s > 0 and time.monotonic() < until:
        time.sleep(0.01)
    assert service.queued_s == 0
    assert not gone.done()


def test_closing_tells_those_who_still_wait(engine: SpeechEngine) -> None:
    service = SpeechService(engine)
    submit(service, call(SHORT)).result(WITHIN_S)
    waiting = [submit(service, call(LONG)) for _ in range(3)]

    service.close()

    outcomes = [one.result(WITHIN_S) for one in waiting]
    assert all(isinstance(outcome, ServerUnreachable) for outcome in outcomes)
    assert isinstance(submit(service, call(SHORT)).result(WITHIN_S), ServerUnreachable)
    assert not any(thread.is_alive() for thread in service._threads)


def test_a_caller_of_whom_nothing_is_known_still_waits_and_harms_nobody(
    service: SpeechService, caplog: pytest.LogCaptureFixture
) -> None:
    def is_wanted() -> bool:
        raise RuntimeError("Triton does not answer")

    unknown = submit(service, call(LONG), is_wanted)

    assert isinstance(submit(service, call(SHORT)).result(WITHIN_S), SpeechAnswer)
    assert isinstance(unknown.result(WITHIN_S), SpeechAnswer)
    assert "Triton does not answer" in caplog.text


def test_a_schedule_that_breaks_ends_what_it_has_and_goes_on(
    service: SpeechService, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(service._schedule, "_prepare", lambda: 1 // 0)
        assert isinstance(submit(service, call(SHORT)).result(WITHIN_S), ZeroDivisionError)

    assert isinstance(submit(service, call(SHORT)).result(WITHIN_S), SpeechAnswer)


def test_calls_whose_reference_is_transcribed_keep_no_others_waiting(
    service: SpeechService, engine: SpeechEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, plan = threading.Event(), engine.plan

    def slow(self: SpeechEngine, one: SpeechCall) -> Any:
        if one.reference_audio is not None:
            assert may_go_on.wait(WITHIN_S)
            raise EmptyText("TEXT")
        return plan(one)

    monkeypatch.setattr(SpeechEngine, "plan", slow)
    noise = np.zeros(16_000, np.float32)
    held = [
        submit(service, call(SHORT, reference_audio=noise, reference_rate=16_000))
        for _ in range(20)
    ]

    assert isinstance(submit(service, call(SHORT)).result(WITHIN_S), SpeechAnswer)
    may_go_on.set()
    assert all(isinstance(one.result(WITHIN_S), EmptyText) for one in held)


def test_the_same_call_twice_has_two_answers(service: SpeechService) -> None:
    one = call(SHORT)

    answers = [submit(service, one), submit(service, one)]

    assert all(isinstance(answer.result(WITHIN_S), SpeechAnswer) for answer in answers)


def test_what_is_taken_on_is_counted_and_a_long_call_counts_little(
    service: SpeechService,
) -> None:
    submit(service, call(SHORT)).result(WITHIN_S)
    assert service.queued_s == 0

    long = submit(service, call(LONG))

    assert 0 < service.queued_s <= 4.0
    assert service.has_room()
    assert isinstance(long.result(WITHIN_S), SpeechAnswer)
    assert service.queued_s == 0


def test_a_vocoder_beside_the_sampler_gives_the_same_waves(
    engine: SpeechEngine, tmp_path: Path
) -> None:
    woken = threading.Event()
    beside, mel = Beside(engine.vocoder, woken.set), torch.zeros(50, 100) - 3.0

    beside.start("one", mel)
    assert woken.wait(WITHIN_S)

    (one,) = beside.finished()
    beside.close()
    assert one.owner == "one"
    assert np.array_equal(np.asarray(one.wave), engine.vocoder(mel).numpy())
