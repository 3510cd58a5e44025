"""Counts the requests that this model's process has taken and not answered yet.

`wordlight serve` reads the count: it ends a server only when nothing is in flight any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any, Protocol

from wordlight.errors import ServerEnding
from wordlight.pulses import FOLDER, Beating

ENDING = "ending"
"""The file in the server's state folder that says that no new work is taken."""


class InFlight:
    """The requests in flight in this process. There is one such object, `IN_FLIGHT`.

    Without ``begin`` nothing is reported: the server was not started by `wordlight serve`.
    """

    def __init__(self) -> None:
        self._beating: Beating | None = None
        self._state: Path | None = None

    def begin(self, state: Path) -> None:
        """Reports from now on into the server's state folder."""
        if self._beating is None:
            self._state, self._beating = state, Beating(state / FOLDER)

    def came(self) -> None:
        """Counts a request that Triton has handed over."""
        if self._beating is not None:
            self._beating.count(1)

    def left(self) -> None:
        """Counts a request that was answered."""
        if self._beating is not None:
            self._beating.count(-1)

    @property
    def takes_no_more(self) -> bool:
        """Whether the server is ending and takes no new work."""
        return self._state is not None and (self._state / ENDING).exists()


IN_FLIGHT = InFlight()


class Place:
    """The place of one request among those that are worked on at once.

    A thread pool keeps a request even where it finds no thread for it. So two threads may come to
    answer it, and only the one that ``claim`` lets through does.
    """

    def __init__(self, free: BoundedSemaphore) -> None:
        self._free, self._claiming, self._is_claimed = free, Lock(), False
        free.acquire()

    def claim(self) -> bool:
        """Whether the caller is the first to claim it: it alone answers, and then leaves."""
        with self._claiming:
            is_first, self._is_claimed = not self._is_claimed, True
        return is_first

    def leave(self) -> None:
        """Gives the place to another request."""
        self._free.release()


class Runs(Protocol):
    """What answers calls, as an ``Engine`` of `serve` does."""

    def run(self, calls: Sequence[Any]) -> Sequence[Any]:
        """An answer or one of our errors for each call, in order."""


class UntilEnding:
    """An engine that refuses all calls while the server is ending; for the first step of all work.

    ``engine`` answers until then.
    """

    def __init__(self, engine: Runs) -> None:
        self._engine = engine

    def run(self, calls: Sequence[Any]) -> Sequence[Any]:
        """The engine's answers, or ServerEnding for each call."""
        if IN_FLIGHT.takes_no_more:
            return [ServerEnding() for _ in calls]
        return self._engine.run(calls)
