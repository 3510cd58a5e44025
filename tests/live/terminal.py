"""A program in a real terminal, whose screen a test reads."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import pyte

SHOWN_WITHIN_S = 60.0


class Terminal:
    """A program that runs in a pseudo-terminal.

    Args:
        command: The program and its arguments.
        size: Columns and lines.
        environment: Variables beside those of the test.
    """

    def __init__(
        self, command: Sequence[str], size: tuple[int, int], environment: Mapping[str, str]
    ) -> None:
        self._screen, self.said = pyte.Screen(*size), b""
        self._stream = pyte.ByteStream(self._screen)
        self._ours, self.device = pty.openpty()
        self._resize_device(size)
        self.modes = termios.tcgetattr(self.device)
        unset = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
        inherited = {name: value for name, value in os.environ.items() if name not in unset}
        self.process = subprocess.Popen(
            command, stdin=self.device, stdout=self.device, stderr=self.device,
            start_new_session=True, preexec_fn=self._take_terminal,
            env={**inherited, "TERM": "xterm-256color", **environment},
        )  # fmt: skip
        self._guard = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _take_terminal(self) -> None:
        fcntl.ioctl(self.device, termios.TIOCSCTTY, 0)

    def _resize_device(self, size: tuple[int, int]) -> None:
        columns, lines = size
        fcntl.ioctl(self.device, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _read(self) -> None:
        while True:
            try:
                part = os.read(self._ours, 65536)
            except OSError:
                return
            with self._guard:
                self.said += part
                self._stream.feed(part)

    def lines(self) -> list[str]:
        """What stands on the screen."""
        with self._guard:
            return [line.rstrip() for line in self._screen.display]

    def colours(self) -> set[str]:
        """The colours of all that stands on the screen."""
        with self._guard:
            rows = self._screen.buffer.values()
            return {one.fg for row in rows for one in row.values() if one.data.strip()}

    def resize(self, size: tuple[int, int]) -> None:
        """Gives the terminal another number of columns and lines."""
        with self._guard:
            self._screen.resize(size[1], size[0])
        self._resize_device(size)

    def wait_for(self, word: str) -> list[str]:
        """The lines, as soon as one has this word."""
        return self.wait(lambda lines: any(word in line for line in lines), word)

    def wait(self, is_right: Callable[[list[str]], bool], what: str) -> list[str]:
        """The lines, as soon as they are right."""
        until_s = time.monotonic() + SHOWN_WITHIN_S
        while not is_right(lines := self.lines()):
            shown = "\n".join(lines)
            assert time.monotonic() < until_s, f"{what!r} is not shown:\n{shown}"
            time.sleep(0.05)
        return lines

    def press_ctrl_c(self) -> int:
        """Sends Ctrl-C as a keyboard does; the exit status."""
        os.write(self._ours, b"\x03")
        return self.process.wait(SHOWN_WITHIN_S)

    def end(self) -> None:
        """Kills the program if it still runs, and closes the terminal."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        os.close(self.device)
        self._reader.join(5)
        os.close(self._ours)


@contextmanager
def terminal(
    *command: str, size: tuple[int, int] = (80, 24), **environment: str
) -> Iterator[Terminal]:
    """A program in a terminal of that many columns and lines."""
    one = Terminal(command, size, environment)
    try:
        yield one
    finally:
        one.end()
