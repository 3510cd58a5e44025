"""Turns at one thread: jobs work piece by piece; the one that has had least time goes next.

All pieces run in the same thread of the process, one at a time. OpenMP makes a pool of threads for
every thread that gives it work, and the threads of each pool spin. With one working thread there
is only one pool, for all jobs.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from threading import Condition, Thread
from typing import Any, TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")

MOST_JOBS = 8
"""With at most this many jobs at once, each job gets its full share of the time."""
_LOOK_EVERY_S = 0.25
"""How often a waiting job checks whether it is still wanted."""


class Stopped(Exception):
    """Nobody wants the rest of a job's work."""

    code = "CANCELLED"  # for its span


class Turns:
    """Decides which job works next.

    The job that has received the least time goes next, so that a short job passes a long one. A
    long job must advance however many short ones come. So each job is entitled to 1/n of the time
    since it began; this share is subtracted from the time that it has received.

    Args:
        n_jobs: The n above: how many jobs there may be at once.
        clock: A monotonic clock, in seconds.
    """

    def __init__(
        self, n_jobs: int = MOST_JOBS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.clock = clock
        self.on_piece: Callable[[], object] = lambda: None
        """Is called after each piece of a job."""
        self._due = 1 / n_jobs
        self._changed = Condition()
        self._waiting: list[Job] = []
        self._holder: Job | None = None
        self._is_closed = False
        self._n_expected = 0
        self._pieces: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="pieces", daemon=True)
        self._thread.start()

    def run(self, piece: Callable[[], T]) -> T:
        """Runs a piece out of turn in the thread of all pieces; returns or raises what it does.

        Raises:
            Stopped: The turns are closed.
        """
        done: Future[T] = Future()
        with self._changed:
            if self._is_closed:
                raise Stopped
            # In the context of its job: what is logged there has the ids of the job's requests.
            self._pieces.put((partial(copy_context().run, piece), done))
        return done.result()

    @contextmanager
    def job(self, look: Callable[[], None] = lambda: None) -> Iterator[Job]:
        """A job that takes part in the turns until the context ends.

        Args:
            look: Called before each piece, in the job's own thread, and now and then while the job
                waits. It raises ``Stopped`` if nobody wants the rest.
        """
        job = Job(self, look, self.clock())
        try:
            yield job
        finally:
            self._leave(job)

    def check(self) -> None:
        """Checks that the turns are not closed.

        Raises:
            Stopped: They are closed.
        """
        if self._is_closed:
            raise Stopped

    def expect(self) -> None:
        """Makes ``close`` wait for one more `settle`."""
        with self._changed:
            self._n_expected += 1

    def settle(self) -> None:
        """Tells ``close`` that one of those for whom it waits has answered its callers."""
        with self._changed:
            self._n_expected -= 1
            self._changed.notify_all()

    def close(self, within_s: float = 10.0) -> None:
        """Stops every job before its next piece, and the thread after its present piece.

        Returns when every ``expect`` has been settled; after ``within_s`` it warns and returns.
        """
        until_s = time.monotonic() + within_s
        with self._changed:
            self._is_closed = True
            self._pieces.put(None)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._n_expected == 0, within_s)
            n_left = self._n_expected
        self._thread.join(max(0.0, until_s - time.monotonic()))
        if n_left or self._thread.is_alive():
            at = "a piece runs on" if self._thread.is_alive() else "no piece runs"
            logger.warning("after %.0f s jobs without an answer: %d; %s", within_s, n_left, at)

    def take(self, job: Job) -> None:
        """Waits for the job's turn; the job then keeps its turn until it asks again or ends.

        Raises:
            Stopped: Nobody wants the rest of the job, or the turns are closed.
        """
        job.look()
        with self._changed:
            self._charge(job)
            self._waiting.append(job)
            self._changed.notify_all()
        try:
            while not self._take(job):
                job.look()
        except BaseException:
            self._leave(job)
            raise

    def _take(self, job: Job) -> bool:
        """Takes the turn and returns True, if it comes within ``_LOOK_EVERY_S``."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._is_next(job), _LOOK_EVERY_S)
            if self._is_closed:
                raise Stopped
            if not self._is_next(job):
                return False
            self._waiting.remove(job)
            self._holder, job.since_s = job, self.clock()
            return True

    def _is_next(self, job: Job) -> bool:
        now_s = self.clock()
        return self._holder is None and job is min(
            self._waiting, key=lambda one: one.received_s - self._due * (now_s - one.began_s)
        )

    def _charge(self, job: Job) -> None:
        """Ends a job's turn, if it has one, and adds the turn's length to the time it received."""
        if self._holder is job:
            job.received_s += self.clock() - job.since_s
            self._holder = None

    def _leave(self, job: Job) -> None:
        with self._changed:
            self._charge(job)
            if job in self._waiting:
                self._waiting.remove(job)
            self._changed.notify_all()

    def _work(self) -> None:
        while (task := self._pieces.get()) is not None:
            piece, done = task
            try:
                done.set_result(piece())
            except BaseException as error:  # noqa: BLE001 - it is raised where the piece came from
                done.set_exception(error)
            del task, piece, done  # else the last piece's arrays stay until the next one


class Job:
    """One job's part in the turns; its own thread hands over each piece and waits for it."""

    def __init__(self, turns: Turns, look: Callable[[], None], now_s: float) -> None:
        self.look = look
        self.began_s = self.since_s = now_s
        self.received_s = 0.0
        self.n_pieces = 0
        self.first_s: float | None = None
        """When its first piece began."""
        self._turns = turns

    def __call__(self, piece: Callable[[], T], /) -> T:
        """Runs a piece when it is this job's turn; returns or raises what the piece does.

        The job keeps its turn until its next piece or its end. So what its own thread does between
        two pieces keeps the other jobs waiting too.

        Raises:
            Stopped: Nobody wants the rest of the job.
        """
        self._turns.take(self)
        self.n_pieces += 1
        if self.first_s is None:
            self.first_s = self.since_s
        answer = self._turns.run(piece)
        self._turns.on_piece()
        return answer

    def pause(self) -> None:
        """Lets the jobs go first that are due before this one, as happens before a piece.

        Raises:
            Stopped: Nobody wants the rest of the job.
        """
        self._turns.take(self)
