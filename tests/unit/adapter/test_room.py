"""Long requests wait for room, begin in their order, and let short ones pass."""

from __future__ import annotations

import time
from threading import Thread
from typing import Any

import fake_pb_utils as pb_utils
import pytest

from adapter.pieces import N_LONG, Call, Piecewise, answer, answered, error, request, wait_until
from wordlight.adapter import Sharing, Turns, serve_in_turns
from wordlight.contract import VOICES


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
        "SERVER_ENDING: the server is ending\n→ ask again when it says READY, or another server"
    }


def slowly(asked: pb_utils.Request) -> None:
    """Lets the request's answer take its time on the way."""
    sender = asked.get_response_sender()
    send = sender.send

    def send_later(*args: Any, **more: Any) -> None:
        time.sleep(0.05)
        send(*args, **more)

    sender.send = send_later
