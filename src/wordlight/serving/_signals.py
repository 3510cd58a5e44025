"""Ctrl-C and SIGTERM, heard whenever they come."""

from __future__ import annotations

import signal
import subprocess
import time
from types import FrameType, TracebackType

POLL_S = 0.2
_NUMBERS = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """While this context lasts, SIGINT and SIGTERM ask for an end.

    They raise `KeyboardInterrupt` where work is under way, and are remembered besides: one that
    comes just before a blocking system call, or inside a destructor, raises nothing anywhere.
    """

    def __init__(self) -> None:
        self.asked = False
        self._waiting = False
        self._before = {number: signal.getsignal(number) for number in _NUMBERS}

    def __enter__(self) -> StopSignals:
        for number in _NUMBERS:
            signal.signal(number, self._hear)
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

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        may_raise = not (self.asked or self._waiting)  # a second one does not disturb the ending
        self.asked = True
        if may_raise:
            raise KeyboardInterrupt
