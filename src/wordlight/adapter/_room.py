"""Room for so many jobs, of so much audio, given in the order in which they ask for it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition

LOOK_EVERY_S = 0.25
"""How often whoever waits for room checks whether it is still wanted."""


class Room:
    """How many jobs there may be at once, and of how much audio; one may always be there."""

    def __init__(self, most: int, most_s: float) -> None:
        self._most, self._most_s = most, most_s
        self._n, self._total_s = 0, 0.0
        self._line: list[object] = []
        self._changed = Condition()

    def enter(self, duration_s: float, look: Callable[[], None]) -> None:
        """Returns once there is room, behind those who asked before.

        Args:
            duration_s: Seconds of the job's audio.
            look: Called now and then while it waits; what it raises ends the wait.
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
        """Makes room again."""
        with self._changed:
            self._n, self._total_s = self._n - 1, self._total_s - duration_s
            self._changed.notify_all()

    def _enter(self, place: object, duration_s: float) -> bool:
        """Whether room came free within the time after which one checks."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._fits(place, duration_s), LOOK_EVERY_S):
                return False
            self._n, self._total_s = self._n + 1, self._total_s + duration_s
            return True

    def _fits(self, place: object, duration_s: float) -> bool:
        fits = self._n < self._most and self._total_s + duration_s <= self._most_s
        return self._line[0] is place and (self._n == 0 or fits)
