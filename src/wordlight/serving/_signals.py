"""The signals that ask for an end: Ctrl-C, SIGTERM and a closed terminal. None is missed."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

POLL_S = 0.2
_NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Defers these signals to the end of this context, so that its work is never interrupted.

    Else a process that is just being started could run on unnoticed, and files could stay. The
    signals are not blocked for this thread: the kernel would deliver them to another thread, and
    Python would still handle them in this one.
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

    A signal raises `KeyboardInterrupt` in the work under way. It is also remembered, because the
    exception can be lost: just before a blocking system call, or inside a destructor.
    SIGHUP stays ignored if it was ignored before, as under `nohup`.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._waiting = False
        self._n_asked = 0
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
        """The exit status that shells give to a command that this signal ended."""
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

    def pause(self, for_s: float) -> None:
        """Returns after that time.

        Raises:
            KeyboardInterrupt: An end was asked for, now or earlier.
        """
        self._waiting = True
        try:
            until_s = time.monotonic() + for_s
            while not self.asked and (left_s := until_s - time.monotonic()) > 0:
                time.sleep(min(left_s, POLL_S))
        finally:
            self._waiting = False
        if self.asked:
            raise KeyboardInterrupt

    @property
    def is_urgent(self) -> bool:
        """Whether an end was asked for more than once."""
        return self._n_asked > 1

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGHUP or not self.asked:  # a terminal that closes may send it twice
            self._n_asked += 1
        may_raise = not (self.asked or self._waiting)  # a second signal must not disturb the end
        self.number = self.number or number
        if may_raise:
            raise KeyboardInterrupt
