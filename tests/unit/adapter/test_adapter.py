"""One bad request never harms its batch mates, and what the client sees names no path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

import fake_pb_utils as pb_utils
import numpy as np
import pytest

from wordlight.adapter import serve, serve_apart
from wordlight.contract import VOICES
from wordlight.errors import UnknownLanguage, WordlightError
from wordlight.voices import VoicesAnswer, VoicesCall


@dataclass
class Echo:
    """Answers with the language asked for; some languages break it."""

    batches: list[int]

    def run(self, calls: Sequence[VoicesCall]) -> list[VoicesAnswer | WordlightError]:
        self.batches.append(len(calls))
        if any(call.language == "boom" for call in calls):
            raise RuntimeError("/secret/path exploded")
        return [
            UnknownLanguage(call.language, ("en",))
            if call.language == "xx"
            else VoicesAnswer([call.language], ["l"], ["d"], [""], [""])
            for call in calls
        ]


def request(language: str | bytes, **more: Any) -> pb_utils.Request:
    raw = language.encode() if isinstance(language, str) else language
    return pb_utils.Request({"LANGUAGE": np.array([[raw]], object)}, **more)


@pytest.fixture
def engine() -> Echo:
    return Echo([])


def execute(engine: Echo, requests: list[pb_utils.Request]) -> list[pb_utils.InferenceResponse]:
    return serve(VOICES, VoicesCall, engine, pb_utils)(requests)


def test_one_execute_is_one_batch(engine: Echo) -> None:
    responses = execute(engine, [request("en"), request("de"), request("fr")])

    assert engine.batches == [3]
    assert [response["NAMES"].tolist() for response in responses] == [
        [[b"en"]], [[b"de"]], [[b"fr"]],
    ]  # fmt: skip


def test_a_bad_request_is_refused_alone(engine: Echo) -> None:
    good, bad = request("en"), request(b"\xff")

    responses = execute(engine, [good, bad, good])

    assert [response.has_error() for response in responses] == [False, True, False]
    error = responses[1].error()
    assert error is not None
    assert error.code() == pb_utils.TritonError.INVALID_ARG
    assert error.message().splitlines() == [
        "WRONG_TYPE: LANGUAGE is not UTF-8; it must be UTF-8 text",
        "→ send it as UTF-8 text: docs/serving.md has the type of every tensor",
    ]


def test_an_error_of_ours_carries_its_code_and_status(engine: Echo) -> None:
    (response,) = execute(engine, [request("xx")])

    error = response.error()
    assert error is not None
    assert error.code() == pb_utils.TritonError.NOT_FOUND
    assert error.message().startswith("UNKNOWN_LANGUAGE: ")


def test_a_call_that_breaks_the_batch_is_found_and_fails_alone(engine: Echo) -> None:
    responses = execute(engine, [request("en"), request("boom"), request("de")])

    assert [response.has_error() for response in responses] == [False, True, False]
    assert engine.batches == [3, 1, 1, 1]


def test_an_unforeseen_failure_shows_an_incident_and_no_path(
    engine: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    (response,) = execute(engine, [request("boom")])

    error = response.error()
    assert error is not None
    assert error.code() == pb_utils.TritonError.INTERNAL
    assert "/secret" not in error.message()
    assert "Traceback" not in error.message()
    incident = error.message().splitlines()[0].rsplit(" ", 1)[-1]
    assert incident in caplog.text
    assert "/secret/path exploded" in caplog.text


def test_a_missing_input_is_named(engine: Echo) -> None:
    (response,) = execute(engine, [pb_utils.Request({})])

    error = response.error()
    assert error is not None
    assert error.message().startswith("MISSING_INPUT: LANGUAGE is missing")


def test_only_the_outputs_asked_for_are_sent(engine: Echo) -> None:
    (response,) = execute(engine, [request("en", wants=("NAMES",))])

    assert [tensor.name() for tensor in response.output_tensors()] == ["NAMES"]


def test_nothing_is_computed_for_a_caller_who_is_gone(engine: Echo) -> None:
    responses = execute(engine, [request("en", is_cancelled=True), request("de")])

    assert engine.batches == [1]
    assert [response.has_error() for response in responses] == [True, False]


@dataclass
class Slow:
    """Answers ``slow`` only once it is let, everything else at once."""

    may_end: Event

    def run(self, calls: Sequence[VoicesCall]) -> list[VoicesAnswer | WordlightError]:
        if calls[0].language == "boom":
            raise RuntimeError("/secret/path exploded")
        assert calls[0].language != "slow" or self.may_end.wait(30)
        return [VoicesAnswer([call.language], ["l"], ["d"], [""], [""]) for call in calls]


def test_apart_a_slow_request_keeps_no_other_waiting() -> None:
    engine = Slow(Event())
    execute = serve_apart(VOICES, VoicesCall, engine, pb_utils)
    slow, bad, broken, quick = (request(text) for text in ("slow", b"\xff", "boom", "en"))

    execute([slow, bad, broken, quick])

    answered = quick.get_response_sender().response()
    assert answered["NAMES"].tolist() == [[b"en"]]
    refused, failed = (each.get_response_sender().response().error() for each in (bad, broken))
    assert refused is not None
    assert refused.message().startswith("WRONG_TYPE: ")
    assert failed is not None
    assert "/secret" not in failed.message()
    engine.may_end.set()
    assert slow.get_response_sender().response()["NAMES"].tolist() == [[b"slow"]]


class Broken:
    """Ends its thread, or answers nobody."""

    def run(self, calls: Sequence[VoicesCall]) -> list[VoicesAnswer]:
        if calls[0].language == "exit":
            raise SystemExit("/secret/path")
        return []


@pytest.mark.parametrize("name", ["exit", "few"])
def test_apart_everybody_is_answered_whatever_breaks(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken, next_one = request(name), request(name)

    execute = serve_apart(VOICES, VoicesCall, Broken(), pb_utils, n_at_once=1)
    execute([broken, next_one])

    for one in (broken, next_one):
        failed = one.get_response_sender().response().error()
        assert failed is not None
        assert "/secret" not in failed.message()
        assert failed.message().splitlines()[0].rsplit(" ", 1)[-1] in caplog.text


def test_a_batch_with_too_few_answers_fails_with_an_incident() -> None:
    responses = serve(VOICES, VoicesCall, Broken(), pb_utils)([request("a"), request("b")])

    assert [response.has_error() for response in responses] == [True, True]


def test_apart_execute_waits_while_all_are_busy_so_that_the_queue_fills() -> None:
    engine = Slow(Event())
    execute = serve_apart(VOICES, VoicesCall, engine, pb_utils, n_at_once=2)
    requests = [request("slow"), request("slow"), request("en")]
    caller = Thread(target=execute, args=[requests])

    caller.start()
    caller.join(0.3)

    assert caller.is_alive()
    engine.may_end.set()
    caller.join(30)
    assert all(not each.get_response_sender().response().has_error() for each in requests)


@dataclass
class Named:
    language: str
    request_id: str = ""


def test_a_call_that_has_the_field_learns_its_requests_id() -> None:
    asked: list[Named] = []

    class Engine:
        def run(self, calls: Sequence[Named]) -> list[VoicesAnswer]:
            asked.extend(calls)
            return [VoicesAnswer([], [], [], [], []) for _ in calls]

    serve(VOICES, Named, Engine(), pb_utils)([request("en", request_id="job-7"), request("de")])

    assert asked == [Named("en", "job-7"), Named("de", "")]
