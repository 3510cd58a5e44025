"""What each model's process reports about itself while it serves: that it lives, and its requests.

A process writes one small file, which it shares as memory; the supervisor reads all of them. So
neither waits for the other, and a process that stands still is seen to stand still.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread

FOLDER = "pulses"
"""The folder of these files in the server's state folder."""
BEAT_EVERY_S = 0.5
_FORM = struct.Struct("<dq")
"""Seconds of the machine's monotonic clock at the last beat; requests in flight."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What one process reported last."""

    beat_s: float
    in_flight: int


class Beating:
    """The pulse of this process, until ``stop``. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / str(os.getpid())
        path.write_bytes(_FORM.pack(time.monotonic(), 0))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _FORM.size)
        self._in_flight = 0
        self._changing = Lock()
        self._over = Event()
        Thread(target=self._beat, name="pulse", daemon=True).start()

    def count(self, change: int) -> None:
        """Adds to the number of requests in flight."""
        with self._changing:
            self._in_flight += change
            self._write()

    def stop(self) -> None:
        """Ends the beating; the last report stays."""
        self._over.set()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_EVERY_S):
            with self._changing:
                self._write()

    def _write(self) -> None:
        _FORM.pack_into(self._memory, 0, time.monotonic(), self._in_flight)


def read_pulses(folder: Path) -> dict[int, Pulse]:
    """The pulses of all processes that ever wrote one there, by process number."""
    found = {}
    for path in folder.glob("[0-9]*") if folder.is_dir() else ():
        written = b""
        with suppress(OSError):  # somebody removes it just now
            written = path.read_bytes()
        if len(written) == _FORM.size:  # it is being made otherwise
            found[int(path.name)] = Pulse(*_FORM.unpack(written))
    return found
