"""Requests are handed over at once, answered when they are done, dropped when nobody waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import fake_pb_utils as pb_utils
import numpy as np
import pytest

from wordlight.adapter import serve_scheduled
from wordlight.contract import VOICES
from wordlight.errors import UnknownLanguage
from wordlight.voices import VoicesAnswer

Execute = Callable[[list[pb_utils.Request]], None]


@dataclass(frozen=True)
class Call:
    language: str


@dataclass
class Taken:
    """One call that a service has taken on."""

    call: Call
    done: Callable[[Any], None]
    is_wanted: Callable[[], bool]


@dataclass
class Service:
    """Takes calls on, and answers when a test says so."""

    is_full: bool = False
    taken: list[Taken] = field(default_factory=list)

    def has_room(self) -> bool:
        return not self.is_full

    def submit(
        self, call: Call, done: Callable[[Any], None], is_wanted: Callable[[], bool]
    ) -> None:
        self.taken.append(Taken(call, done, is_wanted))


def request(language: str | bytes, **more: Any) -> pb_utils.Request:
    raw = language.encode() if isinstance(language, str) else language
    return pb_utils.Request({"LANGUAGE": np.array([[raw]], object)}, **more)


def answered(asked: pb_utils.Request) -> bool:
    return asked.get_response_sender().is_answered()


def error(asked: pb_utils.Request) -> pb_utils.TritonError:
    found = asked.get_response_sender().response().error()
    assert found is not None
    return found


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def execute(service: Service) -> Execute:
    return serve_scheduled(VOICES, Call, service, pb_utils)


def test_requests_are_answered_in_the_order_in_which_they_are_done(
    service: Service, execute: Execute
) -> None:
    first, second = request("en"), request("de")

    execute([first, second])
    service.taken[1].done(VoicesAnswer(["second"], ["l"], ["d"], [""], [""]))

    assert answered(second)
    assert not answered(first)
    service.taken[0].done(VoicesAnswer(["first"], ["l"], ["d"], [""], [""]))
    assert first.get_response_sender().response()["NAMES"].tolist() == [[b"first"]]


def test_a_request_that_cannot_be_read_is_refused_at_once_and_never_taken_on(
    service: Service, execute: Execute
) -> None:
    bad, good = request(b"\xff\xfe"), request("en")

    execute([bad, good])

    assert answered(bad)
    assert error(bad).code() == pb_utils.TritonError.INVALID_ARG
    assert [one.call.language for one in service.taken] == ["en"]


def test_errors_of_ours_keep_their_code_and_others_become_incidents(
    service: Service, execute: Execute, caplog: pytest.LogCaptureFixture
) -> None:
    ours, others = request("xx"), request("en")
    execute([ours, others])

    service.taken[0].done(UnknownLanguage("xx", ("en",)))
    service.taken[1].done(RuntimeError("/secret/path exploded"))

    assert "UNKNOWN_LANGUAGE" in error(ours).message()
    assert "secret" not in error(others).message()
    assert "/secret/path exploded" in caplog.text


def test_a_request_is_answered_once(service: Service, execute: Execute) -> None:
    asked = request("en")
    execute([asked])

    service.taken[0].done(VoicesAnswer(["one"], ["l"], ["d"], [""], [""]))
    service.taken[0].done(VoicesAnswer(["two"], ["l"], ["d"], [""], [""]))

    assert asked.get_response_sender().response()["NAMES"].tolist() == [[b"one"]]
    assert not service.taken[0].is_wanted()


def test_a_cancelled_request_is_wanted_no_more(service: Service, execute: Execute) -> None:
    asked = request("en")
    execute([asked])
    assert service.taken[0].is_wanted()

    asked.get_response_sender().cancel()

    assert not service.taken[0].is_wanted()
    assert error(asked).code() == pb_utils.TritonError.CANCELLED


def test_a_request_past_its_timeout_is_told_so(service: Service, execute: Execute) -> None:
    asked = request("en", timeout_us=20_000)
    execute([asked])
    assert service.taken[0].is_wanted()

    time.sleep(0.03)

    assert not service.taken[0].is_wanted()
    assert error(asked).message().splitlines() == [
        "DEADLINE_EXCEEDED: voices was not done within its timeout of 0.02 s",
        "→ give it longer with --timeout, or send a shorter text",
    ]


def test_a_request_that_was_cancelled_before_it_came_is_not_taken_on(
    service: Service, execute: Execute
) -> None:
    asked = request("en", is_cancelled=True)

    execute([asked])

    assert error(asked).code() == pb_utils.TritonError.CANCELLED
    assert not service.taken


def test_with_too_much_work_taken_on_it_waits_and_triton_s_queue_holds_the_rest(
    service: Service, execute: Execute
) -> None:
    service.is_full = True
    asked = request("en")
    running = Thread(target=execute, args=[[asked]], daemon=True)
    running.start()

    running.join(0.2)
    assert running.is_alive()
    assert not service.taken

    service.is_full = False
    running.join(10)
    assert not running.is_alive()
    assert len(service.taken) == 1


def test_who_waits_for_room_may_be_cancelled_or_time_out(
    service: Service, execute: Execute
) -> None:
    service.is_full = True
    gone, late = request("en"), request("de", timeout_us=100_000)
    running = Thread(target=execute, args=[[gone, late]], daemon=True)
    running.start()

    gone.get_response_sender().cancel()
    running.join(10)

    assert not running.is_alive()
    assert not service.taken
    assert error(gone).code() == pb_utils.TritonError.CANCELLED
    assert "DEADLINE_EXCEEDED" in error(late).message()
