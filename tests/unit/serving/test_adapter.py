"""One bad request never harms its batch mates, and what the client sees names no path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import fake_pb_utils as pb_utils
import numpy as np
import pytest

from wordlight.contract import VOICES
from wordlight.errors import UnknownLanguage, WordlightError
from wordlight.serving import serve
from wordlight.volume import VoicesAnswer, VoicesCall


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
            else VoicesAnswer([call.language], ["l"], ["d"])
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
    assert error.message() == "WRONG_TYPE: LANGUAGE is not UTF-8; it must be UTF-8 text"


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
    incident = error.message().rsplit(" ", 1)[-1]
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
