"""A server that breaks is started again, and its condition is true all the while."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from still_server import StillServer

from wordlight.condition import FRONT, Breakdown, Condition, Phase
from wordlight.errors import FrontUnusable, ServerFailed, ServerMissing
from wordlight.serving import Board, Doors, FrontDoor, Keeper, Server, StopSignals, _keeper
from wordlight.serving._trouble import Trouble

BROKE = Trouble(
    "the process of f5_tts ended while it served", "give it more memory", Breakdown.ENDED, "f5_tts"
)


@pytest.fixture
def stop() -> Iterator[StopSignals]:
    with StopSignals() as signals:
        yield signals


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_keeper, "FIRST_PAUSE_S", 0.01)


class Watched(Board):
    """A board that remembers all that was posted."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Condition] = []

    def post(self, *what: object, **more: object) -> None:
        super().post(*what, **more)  # type: ignore[arg-type]  # whatever was posted
        self.posted.append(self.condition)


class Door(FrontDoor):
    """A front door that has ended, and opens after some failures."""

    def __init__(self, board: Board, failures: int = 0) -> None:
        super().__init__("127.0.0.1", Doors(), board)
        self.failures, self.is_closed = failures, True

    def open(self, server: Server) -> None:
        self.failures -= 1
        if self.failures >= 0:
            raise FrontUnusable("late")
        self.is_closed = False

    def why_closed(self) -> Trouble | None:
        why = "the front door ended with status -9"
        return Trouble(why, "", Breakdown.ENDED, FRONT) if self.is_closed else None


def command(status: int, after_s: float) -> subprocess.Popen[bytes]:
    code = f"import time; time.sleep({after_s}); exit({status})"
    return subprocess.Popen([sys.executable, "-c", code])


def test_it_serves_until_the_command_ends_and_hands_on_its_status(stop: StopSignals) -> None:
    board = Watched()

    assert Keeper(StillServer(), board, stop).keep(command(7, after_s=0.3)) == 7

    assert [each.phase for each in board.posted] == [Phase.SERVING]


def test_it_is_sick_with_the_reason_until_it_serves_again(stop: StopSignals) -> None:
    server, board = StillServer([None, BROKE]), Watched()
    told: list[str] = []
    keeper = Keeper(
        server,
        board,
        stop,
        on_trouble=lambda problem: told.append(problem.why),
        on_recovery=lambda: told.append("again"),
    )

    assert keeper.keep(command(0, after_s=2.0)) == 0

    serving, sick, again = board.posted
    assert [serving.phase, sick.phase, again.phase] == [Phase.SERVING, Phase.SICK, Phase.SERVING]
    assert (sick.code, sick.sentence, sick.remedy) == ("SERVER_FAILED", BROKE.why, BROKE.todo)
    assert (serving.ping, sick.ping, again.ping) == (200, 503, 200)
    assert server.done == ["end", "start"]
    assert told == [BROKE.why, "again"]


def test_while_it_starts_again_it_is_still_sick_and_says_how_far_it_is(stop: StopSignals) -> None:
    server, board = StillServer([BROKE]), Board()
    seen: list[Condition] = []
    keeper = Keeper(server, board, stop, on_progress=lambda _: seen.append(board.condition))

    keeper.keep(command(0, after_s=1.0))

    assert [each.phase for each in seen] == [Phase.SICK]
    assert seen[0].doing == "starting again: loading: f5_tts"
    assert seen[0].ping == 503


def test_a_start_that_fails_is_tried_again(stop: StopSignals) -> None:
    server = StillServer([BROKE], failures=[ServerMissing("none")])
    told: list[str] = []
    keeper = Keeper(server, Board(), stop, on_trouble=lambda problem: told.append(problem.why))

    keeper.keep(command(0, after_s=2.0))

    assert server.done == ["end", "start", "end", "start"]
    assert told[1].startswith("it did not start again: ")


def test_a_server_that_breaks_again_and_again_is_given_up_loudly(stop: StopSignals) -> None:
    server = StillServer([BROKE] * 10)
    board = Board()

    with pytest.raises(ServerFailed, match="broke 8 times within 10 minutes and is given up") as it:
        Keeper(server, board, stop).keep()

    assert BROKE.why in str(it.value)
    assert it.value.remedy == BROKE.todo
    assert server.done.count("start") == 7
    assert board.condition.ping == 503


def test_breaking_now_and_then_is_not_breaking_again_and_again(
    stop: StopSignals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_keeper, "WITHIN_S", 0.001)
    server = StillServer([BROKE] * 6)

    assert Keeper(server, Board(), stop).keep(command(0, after_s=4.0)) == 0

    assert server.done.count("start") == 6


def test_a_command_that_ends_while_the_server_is_mended_is_not_kept_waiting(
    stop: StopSignals,
) -> None:
    server = StillServer([BROKE], failures=[ServerMissing("none")] * 6)

    assert Keeper(server, Board(), stop).keep(command(3, after_s=0.5)) == 3


def test_a_front_door_that_ends_is_opened_again_and_the_models_stay(stop: StopSignals) -> None:
    server, board = StillServer(), Watched()
    door = Door(board, failures=1)
    told: list[str] = []
    keeper = Keeper(
        server, board, stop, on_trouble=lambda problem: told.append(problem.why), door=door
    )

    assert keeper.keep(command(0, after_s=2.0)) == 0

    assert server.done == []
    assert told == ["the front door ended with status -9", "the front door cannot start: late"]
    assert [each.phase for each in board.posted] == [
        Phase.SERVING, Phase.SICK, Phase.SICK, Phase.SERVING,
    ]  # fmt: skip


def test_a_closed_standard_error_ends_no_server(stop: StopSignals) -> None:
    def fail(_: object) -> None:
        raise BrokenPipeError

    server = StillServer([BROKE])
    assert Keeper(server, Board(), stop, on_trouble=fail).keep(command(0, after_s=1.0)) == 0

    assert server.done == ["end", "start"]


def test_in_the_end_the_server_ends_even_if_the_front_door_does_not(stop: StopSignals) -> None:
    board = Board()
    door = Door(board)
    door.close = lambda: 1 / 0  # type: ignore[method-assign, assignment]  # whatever goes wrong
    stopped: list[str] = []
    server = StillServer()
    server.stop = lambda: stopped.append("stopped")  # type: ignore[method-assign]

    with pytest.raises(ZeroDivisionError):
        Keeper(server, board, stop, door=door).close()

    assert stopped == ["stopped"]
    assert board.condition.phase is Phase.STOPPED


@pytest.mark.parametrize("troubles", [[], [BROKE] * 3])
def test_a_signal_ends_the_keeping_whatever_happens(
    stop: StopSignals, troubles: list[Trouble]
) -> None:
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()

    with pytest.raises(KeyboardInterrupt):
        Keeper(StillServer(troubles), Board(), stop).keep()


def test_a_server_that_serves_is_drained_and_says_so(stop: StopSignals) -> None:
    server, board = StillServer(), Watched()
    board.post(Phase.SERVING)

    Keeper(server, board, stop).drain(30.0)

    assert server.done == ["drain 30 False"]
    assert board.posted[-1].phase is Phase.DRAINING
    assert board.posted[-1].ping == 503


def test_a_sick_server_is_not_waited_for(stop: StopSignals) -> None:
    server = StillServer([BROKE], failures=[ServerMissing("none")] * 6)
    keeper = Keeper(server, Board(), stop)
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
    with pytest.raises(KeyboardInterrupt):
        keeper.keep()

    keeper.drain(30.0)

    assert set(server.done) == {"end", "start"}
    assert server.done[-1] == "end"


def test_new_starts_are_counted_by_what_broke_and_only_ever_grow(stop: StopSignals) -> None:
    server = StillServer([BROKE, BROKE], failures=[ServerMissing("none")])
    board = Board()
    seen: list[int] = []
    keeper = Keeper(
        server,
        board,
        stop,
        on_trouble=lambda _: seen.append(
            sum(n for of_it in board.tally.restarts.values() for n in of_it.values())
        ),
    )

    keeper.keep(command(0, after_s=2.0))

    assert seen == [1, 2, 3]
    assert board.tally.restarts == {"f5_tts": {"ended": 2}, "tritonserver": {"not_started": 1}}
    assert board.tally.load_s > 0


def test_a_front_door_that_is_opened_again_is_counted(stop: StopSignals) -> None:
    board = Board()

    Keeper(StillServer(), board, stop, door=Door(board, failures=1)).keep(command(0, after_s=2.0))

    assert board.tally.restarts == {"front": {"ended": 1, "not_started": 1}}
