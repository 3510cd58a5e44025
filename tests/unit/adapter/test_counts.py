"""Each request is counted once, by how it ended, whatever way it is served."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import fake_pb_utils
import numpy as np
import pytest

from adapter import parts, pieces
from adapter.endpoint import Endpoint
from wordlight.adapter import (
    INSTANCE,
    Streams,
    Turns,
    serve,
    serve_apart,
    serve_in_turns,
    serve_scheduled,
)
from wordlight.adapter._cancelled import NEVER
from wordlight.adapter._counts import COUNTS, STATUSES
from wordlight.contract import VOICES, AlignmentMeters, ModelMeters, StreamMeters
from wordlight.errors import BY_CODE, UnknownLanguage
from wordlight.voices import VoicesAnswer, VoicesCall

WITHIN_S, KEPT_WAITING_S = 10.0, 0.05
OK = VoicesAnswer(["n"], ["l"], ["d"], [""], [""])


class Engine:
    """Answers, refuses the language xx, and breaks at boom."""

    def run(self, calls: Any) -> list[Any]:
        if any(call.language == "boom" for call in calls):
            raise RuntimeError("/secret/path exploded")
        return [
            UnknownLanguage(call.language, ("en",)) if call.language == "xx" else OK
            for call in calls
        ]

    def has_room(self) -> bool:
        return True

    def submit(self, call: Any, done: Callable[[Any], None], is_wanted: Any) -> None:
        try:
            done(self.run([call])[0])
        except RuntimeError as error:
            done(error)


@pytest.fixture
def triton() -> Iterator[Endpoint]:
    """The endpoint, for a process that is an instance of a model."""
    COUNTS.belongs_to("voices_0_0")
    yield Endpoint()
    COUNTS.end()
    COUNTS.belongs_to("")


def request(language: str, **more: Any) -> fake_pb_utils.Request:
    return fake_pb_utils.Request({"LANGUAGE": np.array([[language.encode()]], object)}, **more)


def wait_for(triton: Endpoint, name: str, value: float, **labels: str) -> None:
    until_s = time.monotonic() + WITHIN_S
    while triton.value(name, **labels) != value:
        assert time.monotonic() < until_s, (name, labels, triton.value(name, **labels))
        time.sleep(0.01)


Executes = Callable[[Endpoint], Callable[[list[Any]], Any]]


@pytest.mark.parametrize(
    "executes",
    [
        lambda triton: serve(VOICES, VoicesCall, Engine(), triton.module),
        lambda triton: serve_apart(VOICES, VoicesCall, Engine(), triton.module),
        lambda triton: serve_scheduled(VOICES, VoicesCall, Engine(), triton.module),
    ],
    ids=["together", "apart", "scheduled"],
)
def test_requests_are_counted_by_status_and_refusals_by_code(
    triton: Endpoint, executes: Executes
) -> None:
    execute = executes(triton)

    execute([request("en"), request("de"), request("xx"), request("boom")])
    execute([request("en", is_cancelled=True)])

    requests, refusals = ModelMeters.REQUESTS.name, ModelMeters.REFUSALS.name
    wait_for(triton, requests, 5)
    assert triton.value(requests, status="ok") == 2
    assert triton.value(requests, status=UnknownLanguage.status.lower()) == 1
    assert triton.value(requests, status="internal") == 1
    assert triton.value(requests, status="cancelled") == 1
    wait_for(triton, refusals, 2)
    assert triton.value(refusals, code="UNKNOWN_LANGUAGE") == 1
    assert triton.value(refusals, code="ENGINE_FAILED") == 1
    wait_for(triton, ModelMeters.IN_FLIGHT.name, 0)
    assert len(triton.metrics[ModelMeters.SECONDS.name].observed) == 5
    assert triton.metrics[ModelMeters.MEMORY.name].value > 1 << 20
    assert all(
        metric.labels.items() >= {"model": "voices", INSTANCE: "voices_0_0"}.items()
        for _, metric in triton.all
    )


def test_all_statuses_are_there_before_the_first_request(triton: Endpoint) -> None:
    serve(VOICES, VoicesCall, Engine(), triton.module)

    until_s = time.monotonic() + WITHIN_S
    while len(seen := [one for name, one in triton.all if "status" in one.labels]) < len(STATUSES):
        assert time.monotonic() < until_s

    assert {one.labels["status"] for one in seen} == set(STATUSES)
    assert {one.value for one in seen} == {0.0}


def test_every_problem_s_status_is_among_them() -> None:
    assert {problem.status.lower() for problem in BY_CODE.values()} <= set(STATUSES)


def test_the_first_part_of_a_stream_is_timed_once(triton: Endpoint) -> None:
    streams = Streams(VOICES, parts.Call, parts.Counting(), triton.module, NEVER, n_at_once=2)
    three, silent = parts.Asked("3"), parts.Asked("silent")

    streams.execute([three, silent])
    streams.close()

    wait_for(triton, ModelMeters.REQUESTS.name, 2)
    assert triton.value(ModelMeters.REFUSALS.name, code="SILENT_SPEECH") == 1
    assert len(triton.metrics[StreamMeters.FIRST_PART_S.name].observed) == 1


def test_recordings_are_counted_by_their_length_and_by_the_work_that_they_took(
    triton: Endpoint,
) -> None:
    turns, engine = Turns(), pieces.Piecewise()
    execute = serve_in_turns(
        VOICES, pieces.Call, engine, triton.module, turns, pieces.AT_EACH_PIECE
    )
    held = pieces.request("held")

    execute([held])
    wait_for(triton, AlignmentMeters.IN_WORK_S.name, 600)
    engine.may_go_on.set()
    pieces.answer(held)
    execute([pieces.request("en"), pieces.request("xx")])

    wait_for(triton, AlignmentMeters.AUDIO_S.name, 605)
    wait_for(triton, AlignmentMeters.IN_WORK_S.name, 0)
    wait_for(triton, AlignmentMeters.PIECES.name, len(engine.pieces))
    assert triton.value(AlignmentMeters.WORK_S.name) > 0.1
    assert triton.value(AlignmentMeters.QUEUE_S.name) >= 0
    turns.close()


class Ends(Engine):
    """An engine that ends its thread, and so never gets as far as an answer."""

    def run(self, calls: Any) -> list[Any]:
        raise SystemExit(3)


def test_requests_of_a_batch_that_breaks_off_are_no_longer_in_flight(
    triton: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    execute = serve(VOICES, VoicesCall, Ends(), triton.module)

    with caplog.at_level("INFO", logger="wordlight.adapter"), pytest.raises(SystemExit):
        execute([request("en"), request("de")])

    wait_for(triton, ModelMeters.REQUESTS.name, 2, status="internal")
    wait_for(triton, ModelMeters.REFUSALS.name, 2, code="ENGINE_FAILED")
    wait_for(triton, ModelMeters.IN_FLIGHT.name, 0)
    assert [one.message for one in caplog.records] == ["failed", "failed"]


def test_a_request_that_waits_for_a_place_is_in_flight_and_its_time_counts(
    triton: Endpoint,
) -> None:
    held, waiting = parts.Asked("held"), parts.Asked("1")
    engine = parts.Counting()
    streams = Streams(VOICES, parts.Call, engine, triton.module, NEVER, n_at_once=1)
    streams.execute([held])
    taking = Thread(target=streams.execute, args=[[waiting]])

    taking.start()
    wait_for(triton, ModelMeters.IN_FLIGHT.name, 2)
    time.sleep(KEPT_WAITING_S)
    engine.may_go_on.set()
    taking.join()
    streams.close()

    wait_for(triton, ModelMeters.IN_FLIGHT.name, 0)
    assert min(triton.metrics[ModelMeters.SECONDS.name].observed) >= KEPT_WAITING_S


def test_a_process_that_nobody_has_named_counts_nothing() -> None:
    triton = Endpoint()

    serve(VOICES, VoicesCall, Engine(), triton.module)([request("en")])

    assert triton.all == []


def test_without_metrics_the_model_serves_all_the_same(triton: Endpoint) -> None:
    off = Endpoint(is_counting=False)

    (response,) = serve(VOICES, VoicesCall, Engine(), off.module)([request("en")])

    assert not response.has_error()
