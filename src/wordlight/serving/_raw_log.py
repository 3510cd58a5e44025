"""The raw log of a server: what its processes write, made into lines of the log meanwhile.

It is a file in the server's state folder, and not a pipe: whoever writes to a file never waits for
us, even while we are stopped. Once it is long and has been read, it is emptied.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread

from wordlight.logs import Line
from wordlight.serving._raw_line import line_of

LOOK_EVERY_S = 0.1
READ_BYTES = 2**18
EMPTIED_AT_BYTES = 8 * 2**20
"""A line that is written just while the file is emptied may be lost: once in some 50,000 lines."""
LONGEST_BYTES = 2**16
"""A longer line becomes several."""


class RawLog:
    """Follows a raw log from its present end, between ``begin`` and ``end``.

    Args:
        path: The file, which exists.
        on_line: Takes each line, in order.
        clock: The time, in seconds since 1970.
    """

    def __init__(
        self, path: Path, on_line: Callable[[Line], object], clock: Callable[[], float] = time.time
    ) -> None:
        self._path, self._on_line, self._clock = path, on_line, clock
        self._file = path.open("r+b", buffering=0)
        self._n_read = self._file.seek(0, os.SEEK_END)
        self._rest = b""
        self._reading, self._over = Lock(), Event()
        self._thread = Thread(target=self._follow, name="raw-log", daemon=True)

    @classmethod
    def begun(cls, path: Path, on_line: Callable[[Line], object]) -> RawLog:
        """A new, empty file that is followed from now on."""
        path.write_bytes(b"")
        log = cls(path, on_line)
        log.begin()
        return log

    def begin(self) -> None:
        """Begins to follow."""
        self._thread.start()

    def end(self) -> None:
        """Reads what is left, even a line without its end, and closes the file."""
        self._over.set()
        self._thread.join()
        self._read()
        if self._rest:
            self._take(self._rest)
        self._file.close()

    def _follow(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            self._read()

    def _read(self) -> None:
        """Takes the lines that were written since the last time."""
        with self._reading, suppress(OSError):
            if os.fstat(self._file.fileno()).st_size < self._n_read:  # somebody emptied it
                self._n_read, self._rest = self._file.seek(0), b""
            while new := self._file.read(READ_BYTES):
                self._n_read += len(new)
                *lines, self._rest = (self._rest + new).split(b"\n")
                for line in lines:
                    self._take(line)
                if len(self._rest) > LONGEST_BYTES:
                    self._take(self._rest)
                    self._rest = b""
            self._empty_if_long()

    def _empty_if_long(self) -> None:
        if self._n_read < EMPTIED_AT_BYTES or self._rest:
            return
        if os.fstat(self._file.fileno()).st_size == self._n_read:
            self._file.truncate(0)  # whoever writes appends, and so goes on at the beginning
            self._n_read = self._file.seek(0)

    def _take(self, raw: bytes) -> None:
        for start in range(0, len(raw), LONGEST_BYTES):
            text = raw[start : start + LONGEST_BYTES].decode("utf-8", "replace")
            if (line := line_of(text, self._clock())) is not None:
                self._on_line(line)
