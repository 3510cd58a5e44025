"""Where the log is written: to a file, which may be moved away at any time, or to standard error.

Lines are handed over from any thread, and a thread of its own writes them: neither a full disk nor
a reader that has stopped keeps anybody waiting. Lines that cannot be written are counted.
"""

from __future__ import annotations

import os
import select
import stat
import sys
from collections import deque
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType

from wordlight.logs._line import Line, LogFormat

TO_STDERR = Path("-")
"""The path that means standard error."""
MOST_WAITING_BYTES = 4 * 2**20
"""The most that waits to be written; lines that come then are lost."""
AGAIN_S = 1.0
"""How long after a failure writing is tried again."""
PIECE_BYTES = select.PIPE_BUF
"""As much as a pipe takes at once when it says that it takes anything."""
ENDS_WITHIN_S = 2.0


class KeptLog:
    """The log of the whole service, as a context manager; at its end what waits is written.

    A file is appended to. If it was moved or removed, as logrotate does, a new one is begun at its
    path with the next line. A disk that is full, or a pipe that nobody reads, costs lines: how many
    is said by a line when it goes on.

    Args:
        path: The file, or `TO_STDERR`.
        form: How lines are written.

    Raises:
        OSError: The file cannot be opened.
    """

    def __init__(self, path: Path, form: LogFormat) -> None:
        self.path, self._form = path, form
        self._changed = Condition()
        self._waiting: deque[bytes] = deque()
        self._n_bytes = self._n_lost = 0
        self._is_over = False
        self._out: _File | _Stderr = _Stderr() if path == TO_STDERR else _File(path)
        self._thread = Thread(target=self._work, name="log", daemon=True)
        self._thread.start()

    @property
    def is_stderr(self) -> bool:
        """Whether it goes to standard error."""
        return isinstance(self._out, _Stderr)

    def write(self, line: Line) -> None:
        """Takes a line, which is written soon."""
        written = line.written(self._form).encode("utf-8", "backslashreplace")
        with self._changed:
            if self._n_bytes + len(written) > MOST_WAITING_BYTES:
                self._n_lost += 1
                return
            self._waiting.append(written)
            self._n_bytes += len(written)
            self._changed.notify_all()

    def close(self, within_s: float = ENDS_WITHIN_S) -> None:
        """Writes what waits, as far as that is possible in this time, and closes the file."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self._thread.join(within_s)

    def __enter__(self) -> KeptLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _work(self) -> None:
        while lines := self._next():
            if rest := self._out.put(lines):
                self._put_back(rest)
        self._out.close()

    def _put_back(self, rest: bytes) -> None:
        """Counts lines as lost, but for the one that was perhaps begun; waits before the next try.

        At the end they are given up.
        """
        begun, _, lost = rest.partition(b"\n")
        with self._changed:
            self._n_lost += lost.count(b"\n")
            if self._is_over:
                self._waiting.clear()
                self._n_lost = 0
                return
            self._waiting.appendleft(begun + b"\n")
            self._changed.wait_for(lambda: self._is_over, AGAIN_S)

    def _next(self) -> bytes:
        """All lines that wait; nothing at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_over)
            lines = list(self._waiting)
            self._waiting.clear()
            self._n_bytes = 0
            n_lost, self._n_lost = self._n_lost, 0
        if n_lost:
            line = Line(f"lines of the log that could not be written: {n_lost}", "warning")
            lines.append(line.written(self._form).encode())
        return b"".join(lines)


class _File:
    """A file that is appended to, wherever it was moved meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = self._opened()

    def put(self, lines: bytes) -> bytes:
        """Writes the lines; returns what could not be written."""
        try:
            if not self._is_there():
                self.close()
                self._descriptor = self._opened()
            while lines:
                lines = lines[os.write(self._descriptor, lines) :]
        except OSError:
            pass
        return lines

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _opened(self) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        return os.open(self._path, flags, 0o640)

    def _is_there(self) -> bool:
        if self._descriptor < 0:
            return False
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._path.stat())
        except FileNotFoundError:
            return False


class _Stderr:
    """Standard error, which may be a pipe whose reader is slow or gone."""

    def __init__(self) -> None:
        self._descriptor = os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2)
        is_file = stat.S_ISREG(os.fstat(self._descriptor).st_mode)
        self._poll = None if is_file else select.poll()
        if self._poll is not None:
            self._poll.register(self._descriptor, select.POLLOUT)

    def put(self, lines: bytes) -> bytes:
        """Writes the lines, however long that takes; returns what cannot be written at all."""
        try:
            while lines:
                if self._poll is None or self._poll.poll(AGAIN_S * 1000):
                    lines = lines[os.write(self._descriptor, lines[:PIECE_BYTES]) :]
        except OSError:
            pass
        return lines

    def close(self) -> None:
        os.close(self._descriptor)
