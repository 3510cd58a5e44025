"""Long requests let short ones pass, and one whose caller is gone is worked at no more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Thread
from typing import Any

import fake_pb_utils as pb_utils
import numpy as np
import pytest

from wordlight.adapter import Sharing, Turns, serve_in_turns
from wordlight.contract import VOICES
from wordlight.errors import UnknownLanguage, WordlightError
from wordlight.voices import VoicesAnswer

N_LONG, N_SHORT = 50, 2
"""Pieces of a call."""
AT_EACH_PIECE = Sharing(look_every_s=0.0)
Execute = Callable[[list[pb_utils.Request]], None]


@dataclass(frozen=True)
class Call:
    """``long`` and ``held`` are long, all else is short; ``held`` waits in each of its pieces."""

    language: str

    @property
    def duration_s(self) -> float:
        return 600.0 if self.language[:4] in ("long", "held", "fail") else 5.0


@dataclass
class Piecewise:
    """Answers with the language asked for, piece by piece."""

    batches: list[list[str]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    may_go_on: Event = field(default_factory=Event)

    def run(self, calls: Sequence[Call], work: Any) -> list[VoicesAnswer | WordlightError]:
        self.batches.append([call.language for call in calls])
        is_long = calls[0].duration_s > 30
        for k in range(N_LONG if is_long else N_SHORT):
            work(partial(self._piece, calls, k))
        return [
            UnknownLanguage("xx", ("en",))
            if call.language == "xx"
            else VoicesAnswer([call.language], ["l"], ["d"], [""], [""])
            for call in calls
        ]

    def _piece(self, calls: Sequence[Call], k: int) -> None:
        self.pieces.append(calls[0].language)
        if k == 1 and any("fail" in call.language for call in calls):
            raise RuntimeError("/secret/path exploded")
        if calls[0].language.startswith("held"):
            assert self.may_go_on.wait(30)
        time.sleep(0.002)


def request(language: str | bytes, **more: Any) -> pb_utils.Request:
    raw = language.encode() if isinstance(language, str) else language
    return pb_utils.Request({"LANGUAGE": np.array([[raw]], object)}, **more)


@pytest.fixture
def engine() -> Piecewise:
    return Piecewise()


@pytest.fixture
def turns() -> Iterator[Turns]:
    made = Turns()
    yield made
    made.close()


@pytest.fixture
def execute(engine: Piecewise, turns: Turns) -> Execute:
    return serve_in_turns(VOICES, Call, engine, pb_utils, turns, AT_EACH_PIECE)


def answered(asked: pb_utils.Request) -> bool:
    return asked.get_response_sender().is_answered()


def answer(asked: pb_utils.Request) -> list[list[bytes]]:
    names: list[list[bytes]] = asked.get_response_sender().response()["NAMES"].tolist()
    return names


def error(asked: pb_utils.Request) -> pb_utils.TritonError:
    found = asked.get_response_sender().response().error()
    assert found is not None
    return found


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.002)


def test_short_requests_that_came_together_are_one_batch(
    engine: Piecewise, execute: Execute
) -> None:
    requests = [request("en"), request("de"), request("fr")]

    execute(requests)

    assert engine.batches == [["en", "de", "fr"]]
    assert [answer(one) for one in requests] == [[[b"en"]], [[b"de"]], [[b"fr"]]]


def test_more_short_ones_than_a_batch_may_hold_are_several(engine: Piecewise, turns: Turns) -> None:
    execute = serve_in_turns(VOICES, Call, engine, pb_utils, turns, Sharing(short_together_s=10.0))

    execute([request(name) for name in "abcde"])

    assert engine.batches == [["a", "b"], ["c", "d"], ["e"]]


@pytest.mark.alone
def test_a_short_request_passes_a_long_one(engine: Piecewise, execute: Execute) -> None:
    long, short = request("long"), request("en")

    execute([long])
    wait_until(lambda: len(engine.pieces) >= 3)
    execute([short])

    assert answered(short)
    assert not answered(long)
    assert engine.pieces.count("long") < N_LONG
    assert answer(long) == [[b"long"]]
    at = engine.pieces.index("en")
    assert engine.pieces[at : at + N_SHORT] == ["en"] * N_SHORT


def test_long_requests_take_turns_and_each_is_answered_when_it_is_done(
    engine: Piecewise, execute: Execute
) -> None:
    requests = [request("long a"), request("long b")]

    execute(requests)

    assert [answer(one) for one in requests] == [[[b"long a"]], [[b"long b"]]]
    first_done = min(
        len(engine.pieces) - engine.pieces[::-1].index(name) for name in ("long a", "long b")
    )
    assert first_done > 1.5 * N_LONG  # by then the other one was nearly done


def test_a_cancelled_call_stops_before_its_next_piece_and_others_go_on(
    engine: Piecewise, execute: Execute, caplog: pytest.LogCaptureFixture
) -> None:
    gone, other = request("held"), request("long")
    with caplog.at_level("INFO", "wordlight"):
        execute([gone, other])
        wait_until(lambda: "held" in engine.pieces)
        n_before = engine.pieces.count("held")

        gone.get_response_sender().cancel()
        engine.may_go_on.set()
        refused = error(gone)
        assert answer(other) == [[b"long"]]

    assert refused.code() == pb_utils.TritonError.CANCELLED
    assert engine.pieces.count("held") == n_before == 1
    assert "stopped 1 of 600 s of audio after 1 pieces" in caplog.text


def test_one_of_a_batch_that_is_cancelled_is_answered_and_its_mates_go_on(
    engine: Piecewise, execute: Execute
) -> None:
    mates = [request("a"), request("b"), request("c")]
    blocker = request("held")
    execute([blocker])
    wait_until(lambda: engine.pieces == ["held"])
    caller = Thread(target=execute, args=[mates])
    caller.start()

    mates[1].get_response_sender().cancel()
    refused = error(mates[1])  # while the batch waits for its turn
    engine.may_go_on.set()
    caller.join(30)

    assert refused.code() == pb_utils.TritonError.CANCELLED
    assert [answer(mates[0]), answer(mates[2])] == [[[b"a"]], [[b"c"]]]


def test_a_request_that_is_not_done_within_its_timeout_is_told_so(
    engine: Piecewise, execute: Execute
) -> None:
    late = request("held", timeout_us=200_000)
    in_time = request("en", timeout_us=60_000_000)

    execute([late])
    wait_until(lambda: engine.pieces == ["held"])
    time.sleep(0.25)
    engine.may_go_on.set()
    execute([in_time])

    assert error(late).code() == pb_utils.TritonError.UNAVAILABLE
    assert error(late).message() == (
        "DEADLINE_EXCEEDED: voices was not done within its timeout of 0.2 s"
    )
    assert engine.pieces.count("held") == 1
    assert answer(in_time) == [[b"en"]]


def test_what_cannot_be_read_is_refused_at_once(engine: Piecewise, execute: Execute) -> None:
    bad, gone, unknown, good = (
        request(b"\xff"), request("en", is_cancelled=True), request("xx"), request("en"),
    )  # fmt: skip

    execute([bad, gone, unknown, good])

    assert error(bad).message().startswith("WRONG_TYPE: ")
    assert error(gone).code() == pb_utils.TritonError.CANCELLED
    assert error(unknown).message().startswith("UNKNOWN_LANGUAGE: ")
    assert answer(good) == [[b"en"]]


def test_a_piece_that_breaks_fails_its_request_alone(
    engine: Piecewise, execute: Execute, caplog: pytest.LogCaptureFixture
) -> None:
    broken, short_mate, short_broken, long = (
        request("fail"), request("en"), request("a fail"), request("long"),
    )  # fmt: skip

    execute([broken, short_mate, short_broken, long])

    for one in (broken, short_broken):
        assert error(one).code() == pb_utils.TritonError.INTERNAL
        assert "/secret" not in error(one).message()
        assert error(one).message().rsplit(" ", 1)[-1] in caplog.text
    assert [answer(short_mate), answer(long)] == [[[b"en"]], [[b"long"]]]


def test_execute_waits_while_there_are_too_many_so_that_the_queue_fills(
    engine: Piecewise, turns: Turns
) -> None:
    sharing = Sharing(most_long=2, most_waiting=1)
    execute = serve_in_turns(VOICES, Call, engine, pb_utils, turns, sharing)
    requests = [request(f"held {k}") for k in range(4)]
    caller = Thread(target=execute, args=[requests])

    caller.start()
    caller.join(0.3)

    assert caller.is_alive()
    engine.may_go_on.set()
    caller.join(30)
    assert [len(answer(one)) for one in requests] == [1, 1, 1, 1]


@pytest.mark.parametrize("sharing", [Sharing(most_long=2), Sharing(most_long_s=1200.0)])
@pytest.mark.alone
def test_a_short_request_passes_long_ones_that_wait_for_room(
    engine: Piecewise, turns: Turns, sharing: Sharing
) -> None:
    execute = serve_in_turns(VOICES, Call, engine, pb_utils, turns, sharing)
    long, short = [request(f"long {k}") for k in range(8)], request("en")

    execute(long)
    wait_until(lambda: len(engine.pieces) >= 10)
    execute([short])

    assert answer(short) == [[b"en"]]
    assert len(engine.pieces) < 2 * N_LONG
    assert [answer(one) for one in long] == [[[f"long {k}".encode()]] for k in range(8)]


def test_long_ones_that_wait_begin_in_their_order(engine: Piecewise, turns: Turns) -> None:
    execute = serve_in_turns(VOICES, Call, engine, pb_utils, turns, Sharing(most_long=1))
    requests = [request(f"long {k}") for k in range(5)]

    for one in requests:
        execute([one])
        time.sleep(0.01)

    assert [answer(one) for one in requests] == [[[f"long {k}".encode()]] for k in range(5)]
    assert engine.batches == [[f"long {k}"] for k in range(5)]


@pytest.mark.parametrize("most_waiting", [0, 1])
def test_one_that_waits_for_room_is_told_when_its_time_is_over(
    engine: Piecewise, turns: Turns, most_waiting: int
) -> None:
    sharing = Sharing(most_long=1, most_waiting=most_waiting)
    execute = serve_in_turns(VOICES, Call, engine, pb_utils, turns, sharing)
    held, late = request("held"), request("long", timeout_us=200_000)

    execute([held, late])
    refused = error(late)
    engine.may_go_on.set()

    assert refused.message().startswith("DEADLINE_EXCEEDED: voices was not done within its timeout")
    assert answer(held) == [[b"held"]]


class Broken(Piecewise):
    """Ends its thread, or answers too little."""

    def _piece(self, calls: Sequence[Call], k: int) -> None:
        super()._piece(calls, k)
        if any("exit" in call.language for call in calls):
            raise SystemExit("/secret/path")

    def run(self, calls: Sequence[Call], work: Any) -> list[VoicesAnswer | WordlightError]:
        answers = super().run(calls, work)
        return answers[1:] if any("few" in call.language for call in calls) else answers


@pytest.mark.parametrize("name", ["long exit", "exit", "long few", "few"])
def test_everybody_is_answered_whatever_breaks(
    name: str, turns: Turns, caplog: pytest.LogCaptureFixture
) -> None:
    execute = serve_in_turns(VOICES, Call, Broken(), pb_utils, turns, AT_EACH_PIECE)
    broken, mate, long, next_one = request(name), request("en"), request("long"), request("fr")

    execute([broken, mate, long])
    execute([next_one])

    assert error(broken).code() == pb_utils.TritonError.INTERNAL
    assert "/secret" not in error(broken).message()
    assert error(broken).message().rsplit(" ", 1)[-1] in caplog.text
    assert answered(mate)
    assert [answer(long), answer(next_one)] == [[[b"long"]], [[b"fr"]]]


@pytest.mark.parametrize("sharing", [Sharing(most_long=1), Sharing(most_long_s=700.0)])
def test_a_request_that_waits_for_room_may_be_cancelled(
    engine: Piecewise, turns: Turns, sharing: Sharing
) -> None:
    execute = serve_in_turns(VOICES, Call, engine, pb_utils, turns, sharing)
    held, waits = request("held"), request("long")
    caller = Thread(target=execute, args=[[held, waits]])

    caller.start()
    wait_until(lambda: engine.pieces == ["held"])
    waits.get_response_sender().cancel()
    caller.join(30)

    assert not caller.is_alive()
    assert error(waits).code() == pb_utils.TritonError.CANCELLED
    engine.may_go_on.set()
    assert answer(held) == [[b"held"]]
    assert engine.batches == [["held"]]


def test_a_recording_longer_than_there_is_room_for_runs_alone(
    engine: Piecewise, turns: Turns
) -> None:
    execute = serve_in_turns(VOICES, Call, engine, pb_utils, turns, Sharing(most_long_s=60.0))
    requests = [request("long 1"), request("long 2")]

    execute(requests)

    assert [len(answer(one)) for one in requests] == [1, 1]


def test_who_is_not_done_when_the_server_ends_is_told_so(
    engine: Piecewise, execute: Execute, turns: Turns
) -> None:
    held = request("held")
    execute([held])
    wait_until(lambda: engine.pieces == ["held"])

    closing = Thread(target=turns.close)
    closing.start()
    engine.may_go_on.set()
    closing.join(30)

    assert error(held).message() == "SERVER_UNREACHABLE: the server is ending"
    assert engine.pieces == ["held"]


@pytest.mark.parametrize("sharing", [Sharing(), Sharing(most_long=1)])
def test_when_the_turns_are_closed_everybody_has_been_answered(
    engine: Piecewise, turns: Turns, sharing: Sharing
) -> None:
    execute = serve_in_turns(VOICES, Call, engine, pb_utils, turns, sharing)
    requests = [request(f"held {k}") for k in range(5)]
    execute(requests)
    wait_until(lambda: len(engine.pieces) > 0)
    for one in requests:
        slowly(one)

    engine.may_go_on.set()
    turns.close()

    assert all(map(answered, requests))
    assert {error(one).message() for one in requests} == {
        "SERVER_UNREACHABLE: the server is ending"
    }


def slowly(asked: pb_utils.Request) -> None:
    """Lets the request's answer take its time on the way."""
    sender = asked.get_response_sender()
    send = sender.send

    def send_later(*args: Any, **more: Any) -> None:
        time.sleep(0.05)
        send(*args, **more)

    sender.send = send_later
