"""Ctrl-C, SIGTERM and a closed terminal, noticed whenever they come."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

POLL_S = 0.2
_NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Puts these signals off until the end of this context: what is in it happens as a whole.

    A process that is being started would run on unnoticed, files would stay. Signals are blocked
    for no thread: the kernel would hand them to another one, and Python to this one all the same.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python's handlers run in the main thread only
        return
    received: list[int] = []
    before = {
        number: handler
        for number in _NUMBERS
        if (handler := signal.getsignal(number)) not in (signal.SIG_IGN, None)
    }
    for number in before:
        signal.signal(number, lambda number, _: received.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for first in received[:1]:
            signal.raise_signal(first)


class StopSignals:
    """While this context lasts, SIGINT, SIGTERM and SIGHUP ask for an end.

    They raise `KeyboardInterrupt` where work is under way, and are remembered besides: one that
    comes just before a blocking system call, or inside a destructor, raises nothing anywhere.
    SIGHUP is left alone where it is ignored: `nohup` does that.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._waiting = False
        self._before = {
            number: handler
            for number in _NUMBERS
            if (handler := signal.getsignal(number)) != signal.SIG_IGN or number != signal.SIGHUP
        }

    @property
    def asked(self) -> bool:
        """Whether an end was asked for."""
        return self.number is not None

    @property
    def exit_status(self) -> int:
        """The status of a command that a signal has ended, as shells count it."""
        return 128 + (self.number or signal.SIGINT)

    def __enter__(self) -> StopSignals:
        for number in self._before:
            signal.signal(number, self._receive)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def outlast(self, process: subprocess.Popen[bytes]) -> int:
        """The exit status of ``process``, once it has ended by itself.

        Raises:
            KeyboardInterrupt: An end was asked for first, now or earlier.
        """
        self._waiting = True
        try:
            while not self.asked:
                if (status := process.poll()) is not None:
                    return status
                time.sleep(POLL_S)
        finally:
            self._waiting = False
        raise KeyboardInterrupt

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        may_raise = not (self.asked or self._waiting)  # a second one does not disturb the ending
        self.number = self.number or number
        if may_raise:
            raise KeyboardInterrupt
