"""Starts ``wordlight``; if even click is missing, one sentence is printed and no traceback."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
ENDING_TAKES_S = 10.0
AGAIN_AFTER_S = 0.02


class Stopped(BaseException):
    """A signal asked us to end; no ``except Exception`` on the way catches this."""


class StopSignals:
    """The signals that ask us to end: each raises `Stopped`, but not again while we are ending.

    `./run` blocks these signals until we are loaded, so that none interrupts an import.
    """

    def __init__(self) -> None:
        self._ignored_until_s = 0.0

    def listen(self) -> None:
        """Handles the signals from now on, and those that have come since `./run` began."""
        sys.unraisablehook = self._unraisable
        for number in STOPS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._raise)
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)

    def _raise(self, number: int, _frame: FrameType | None) -> None:
        if time.monotonic() >= self._ignored_until_s:
            self._ignored_until_s = time.monotonic() + ENDING_TAKES_S
            raise Stopped(number)

    def _unraisable(self, lost: UnraisableHookArgs) -> None:
        """Repeats a signal that came during a destructor, where Python drops exceptions."""
        if not isinstance(lost.exc_value, Stopped):
            sys.__unraisablehook__(lost)
            return
        self._ignored_until_s = 0.0
        again = threading.Timer(AGAIN_AFTER_S, os.kill, (os.getpid(), lost.exc_value.args[0]))
        again.daemon = True
        again.start()


def main() -> None:
    """Runs the command line.

    A signal ends it with one line and the exit code 128 plus the signal's number.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without ✓ is no reason to fail
    try:
        StopSignals().listen()
        sys.exit(_run())
    except Stopped as stop:
        print("wordlight: stopped", file=sys.stderr)
        sys.exit(128 + int(stop.args[0]))


def _run() -> int:
    """The exit status of the command line; if a package is missing, exits and names it."""
    try:
        import click

        from wordlight_client.commands.main import main as command
    except ModuleNotFoundError as error:
        sys.exit(f"wordlight: {error.name} is not installed; run: pip install 'wordlight[client]'")
    try:
        status = command(prog_name="wordlight", standalone_mode=False)
    except click.Abort:  # a question that nobody answered
        click.echo("Aborted!", err=True)
        return 1
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    main()
