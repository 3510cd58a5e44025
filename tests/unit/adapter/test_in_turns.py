"""Short requests pass long ones, and a request whose caller is gone is dropped."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Thread
from typing import Any

import fake_pb_utils as pb_utils
import pytest

from adapter.pieces import (
    AT_EACH_PIECE,
    N_LONG,
    N_SHORT,
    Call,
    Execute,
    Piecewise,
    answer,
    answered,
    error,
    request,
    wait_until,
)
from wordlight.adapter import Sharing, Turns, serve_in_turns
from wordlight.contract import VOICES
from wordlight.errors import WordlightError
from wordlight.voices import VoicesAnswer


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
    assert error(late).message().splitlines() == [
        "DEADLINE_EXCEEDED: voices was not done within its timeout of 0.2 s",
        "→ give it longer with --timeout, or send a shorter text",
    ]
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
        assert error(one).message().splitlines()[0].rsplit(" ", 1)[-1] in caplog.text
    assert [answer(short_mate), answer(long)] == [[[b"en"]], [[b"long"]]]


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
    assert error(broken).message().splitlines()[0].rsplit(" ", 1)[-1] in caplog.text
    assert answered(mate)
    assert [answer(long), answer(next_one)] == [[[b"long"]], [[b"fr"]]]


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

    assert error(held).message().splitlines() == [
        "SERVER_ENDING: the server is ending",
        "→ ask again when it says READY, or another server",
    ]
    assert engine.pieces == ["held"]
