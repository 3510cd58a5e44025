"""A limit on how many jobs, and how much audio, are under way; jobs enter in order of asking."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition

LOOK_EVERY_S = 0.25
"""How often a waiting job checks whether it is still wanted."""


class Room:
    """Limits the jobs under way, by number and by audio; one job always fits, however long."""

    def __init__(self, most: int, most_s: float) -> None:
        self._most, self._most_s = most, most_s
        self._n, self._total_s = 0, 0.0
        self._line: list[object] = []
        self._changed = Condition()

    def enter(self, duration_s: float, look: Callable[[], None]) -> None:
        """Waits until there is room, behind the jobs that asked before.

        Args:
            duration_s: Seconds of the job's audio.
            look: Called now and then during the wait; an exception that it raises ends the wait.
        """
        place = object()
        with self._changed:
            self._line.append(place)
        try:
            while not self._enter(place, duration_s):
                look()
        finally:
            with self._changed:
                self._line.remove(place)
                self._changed.notify_all()

    def leave(self, duration_s: float) -> None:
        """Gives back the room of a job that has ended."""
        with self._changed:
            self._n, self._total_s = self._n - 1, self._total_s - duration_s
            self._changed.notify_all()

    def _enter(self, place: object, duration_s: float) -> bool:
        """Enters and returns True, if there is room within ``LOOK_EVERY_S``."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._fits(place, duration_s), LOOK_EVERY_S):
                return False
            self._n, self._total_s = self._n + 1, self._total_s + duration_s
            return True

    def _fits(self, place: object, duration_s: float) -> bool:
        fits = self._n < self._most and self._total_s + duration_s <= self._most_s
        return self._line[0] is place and (self._n == 0 or fits)
