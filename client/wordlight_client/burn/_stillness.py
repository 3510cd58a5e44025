"""Whether a process still does anything."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
USER, SYSTEM = 11, 12
"""Fields of /proc/PID/stat after the name in brackets, counted from the state (proc(5))."""


class Stillness:
    """Looks how long a process has used no processor and moved no byte.

    Where there is no /proc, or the process says nothing of itself, only `moved` counts.

    Args:
        pid: The process.
        clock: A monotonic clock, in seconds.
    """

    def __init__(self, pid: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._clock = PROC / str(pid), clock
        self._work: tuple[str, ...] = ()
        self._moved_s = clock()

    def moved(self) -> None:
        """Notes that it has shown itself."""
        self._moved_s = self._clock()

    def look(self) -> float:
        """For how many seconds it has done nothing, as far as was looked."""
        if (work := self._done()) != self._work:
            self._work = work
            self.moved()
        return self._clock() - self._moved_s

    def _done(self) -> tuple[str, ...]:
        """What it has done so far: if this grows, it works."""
        done: list[str] = []
        with suppress(OSError):
            fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
            done += [fields[USER], fields[SYSTEM]]
        with suppress(OSError):
            done.append((self._folder / "io").read_text())
        return tuple(done)
