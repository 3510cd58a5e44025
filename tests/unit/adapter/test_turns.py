"""Jobs share one thread: a short one passes a long one, and none waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest

from wordlight.adapter import Turns
from wordlight.adapter._turns import Stopped


class Clock:
    """Seconds that pass only when a piece says so."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def turns(clock: Clock) -> Iterator[Turns]:
    made = Turns(n_jobs=8, clock=clock)
    yield made
    made.close()


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.002)


def begin(work: Callable[[], None]) -> Thread:
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


class Plan:
    """Jobs that all wait for their first turn when the first piece of the first one runs."""

    def __init__(self, turns: Turns, clock: Clock) -> None:
        self._turns, self._clock = turns, clock
        self.order: list[str] = []

    def run(self, name: str, n_pieces: int, seconds: float) -> None:
        def piece() -> None:
            self.order.append(name)
            self._clock.now_s += seconds

        with self._turns.job() as job:
            for _ in range(n_pieces):
                job(piece)

    def together(self, *jobs: tuple[str, int, float]) -> list[str]:
        n_before = len(self._turns._waiting)
        with self._turns.job() as first:
            first(lambda: None)  # holds the turn until all wait
            threads = []
            for k, job in enumerate(jobs):
                threads.append(begin(lambda job=job: self.run(*job)))  # type: ignore[misc]
                wait_until(lambda k=k: len(self._turns._waiting) == n_before + k + 1)  # type: ignore[misc]
        for thread in threads:
            thread.join(30)
        return self.order


def test_a_short_job_passes_a_long_one_that_came_before_it(turns: Turns, clock: Clock) -> None:
    plan = Plan(turns, clock)

    order = plan.together(("long", 6, 2.0), ("short", 3, 0.5))

    assert order == ["long", "short", "short", "short", *["long"] * 5]


def test_equal_jobs_take_turns(turns: Turns, clock: Clock) -> None:
    order = Plan(turns, clock).together(("a", 4, 1.0), ("b", 4, 1.0))

    assert order == ["a", "b"] * 4


def test_a_long_job_gets_its_part_however_many_short_ones_come(turns: Turns, clock: Clock) -> None:
    order: list[str] = []

    def piece(name: str) -> None:
        order.append(name)
        clock.now_s += 1.0

    def long() -> None:
        with turns.job() as job:
            for _ in range(10):
                job(lambda: piece("long"))

    with turns.job() as first:
        first(lambda: None)
        thread = begin(long)
        wait_until(lambda: len(turns._waiting) == 1)
    wait_until(lambda: "long" in order)
    for _ in range(60):
        with turns.job() as short:
            short(lambda: piece("short"))
            wait_until(lambda: len(turns._waiting) == 1 or not thread.is_alive())

    thread.join(30)
    while_both = order[: len(order) - order[::-1].index("short")]
    assert 5 <= while_both.count("long") <= 15  # an eighth of about 70 pieces


def test_all_pieces_run_in_one_thread_one_at_a_time(turns: Turns) -> None:
    seen: set[int] = set()
    at_once: list[int] = []
    running = [0]

    def piece() -> None:
        running[0] += 1
        at_once.append(running[0])
        seen.add(threading.get_ident())
        time.sleep(0.001)
        running[0] -= 1

    def job() -> None:
        with turns.job() as mine:
            for _ in range(20):
                mine(piece)

    threads = [begin(job) for _ in range(5)]
    for thread in threads:
        thread.join(30)

    assert len(at_once) == 100
    assert max(at_once) == 1
    assert len(seen) == 1
    assert seen == {turns.run(threading.get_ident)}


def test_between_two_pieces_the_turn_stays_so_that_a_short_job_waits_for_one_piece(
    turns: Turns, clock: Clock
) -> None:
    other_ran = Event()

    def other() -> None:
        with turns.job() as job:
            job(other_ran.set)

    with turns.job() as job:
        job(lambda: None)
        thread = begin(other)
        assert not other_ran.wait(0.2)
    thread.join(30)

    assert other_ran.is_set()


def test_what_a_piece_raises_is_raised_in_its_job_and_harms_no_other(turns: Turns) -> None:
    with turns.job() as bad, pytest.raises(ZeroDivisionError):
        bad(lambda: 1 // 0)

    with turns.job() as good:
        assert good(lambda: 42) == 42


def test_a_job_that_nobody_wants_stops_before_its_next_piece(turns: Turns) -> None:
    is_wanted, ran = Event(), []
    is_wanted.set()

    def look() -> None:
        if not is_wanted.is_set():
            raise Stopped

    def cancelled() -> None:
        ran.append("piece")
        is_wanted.clear()

    with turns.job(look) as job:
        job(cancelled)
        with pytest.raises(Stopped):
            job(lambda: ran.append("one too many"))

    assert ran == ["piece"]
    with turns.job() as next_one:
        assert next_one(lambda: "goes on") == "goes on"


def test_a_job_that_waits_is_told_that_nobody_wants_it(turns: Turns) -> None:
    may_end, is_wanted, stopped = Event(), Event(), Event()
    is_wanted.set()

    def look() -> None:
        if not is_wanted.is_set():
            raise Stopped

    def waits() -> None:
        with turns.job(look) as job, pytest.raises(Stopped):
            job(lambda: None)
        stopped.set()

    def busy() -> None:
        with turns.job() as job:
            job(lambda: may_end.wait(30))

    threads = [begin(busy)]
    wait_until(lambda: turns._holder is not None)
    threads.append(begin(waits))
    wait_until(lambda: len(turns._waiting) == 1)
    is_wanted.clear()

    assert stopped.wait(5)
    assert turns._waiting == []
    may_end.set()
    for thread in threads:
        thread.join(30)


def test_after_the_close_every_job_stops_and_the_thread_has_ended(clock: Clock) -> None:
    turns = Turns(clock=clock)
    began, may_end, ended = Event(), Event(), Event()

    def piece() -> None:
        began.set()
        may_end.wait(30)

    def work() -> None:
        with turns.job() as job:
            job(piece)
            with pytest.raises(Stopped):
                job(piece)
        ended.set()

    begin(work)
    assert began.wait(30)
    closing = begin(turns.close)
    may_end.set()
    closing.join(30)

    assert ended.wait(30)
    assert not turns._thread.is_alive()
    with pytest.raises(Stopped):
        turns.run(lambda: None)


def test_a_close_waits_for_those_who_have_callers_to_tell(clock: Clock) -> None:
    turns = Turns(clock=clock)
    turns.expect()
    closing = begin(turns.close)
    closing.join(0.2)
    still_waits = closing.is_alive()

    with pytest.raises(Stopped):
        turns.check()
    turns.settle()
    closing.join(30)

    assert still_waits
    assert not closing.is_alive()


def test_a_close_that_waited_long_enough_says_how_many_are_not_answered(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    turns = Turns(clock=clock)
    turns.expect()

    turns.close(within_s=0.05)

    assert "jobs without an answer: 1; no piece runs" in caplog.text
