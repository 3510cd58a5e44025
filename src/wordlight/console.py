"""Output that all commands share: a problem in one form, and lines that show that work goes on.

UNKNOWN_VOICE VOICE 'hart' is not known here; there are: heart, sky
→ perhaps heart is meant; else choose one of these, or give a recording: --voice me.wav
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from wordlight.errors import Severity, WordlightError

SAY_EVERY_S = 8.0
"""How often a log gets a line about something that takes long."""
COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
REMEDY_COLOUR = "cyan"


def print_problem(
    problem: WordlightError, *, where: str = "", console: Console | None = None
) -> None:
    """Writes a problem to standard error: code and sentence, then the remedy on its own line.

    ``where`` names what has the problem, such as one file of many. ``console`` replaces standard
    error.
    """
    sentence = f"{where}: {problem}" if where else str(problem)
    print_told(problem.code, sentence, problem.remedy, problem.severity, console=console)


def print_told(
    code: str,
    sentence: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
    *,
    console: Console | None = None,
) -> None:
    """Writes a problem of which only the parts are known. Nothing in it is taken for markup."""
    told = Text.assemble((code, COLOURS[severity]), f" {sentence}")
    if remedy:
        told.append(f"\n→ {remedy}", style=REMEDY_COLOUR)
    (console or Console(stderr=True)).print(told, soft_wrap=True, highlight=False)


class Ticker:
    """Decides when a log is due a line: every few seconds. Several threads may use it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._said_s = time.monotonic()

    def is_due(self) -> bool:
        """Whether the last line is old enough. If it is, the time counts anew from now."""
        with self._guard:
            now_s = time.monotonic()
            if now_s - self._said_s < SAY_EVERY_S:
                return False
            self._said_s = now_s
            return True

    def beats(self) -> Iterator[None]:
        """Yields whenever a line is due, until ``end`` is called."""
        while not self._over.wait(SAY_EVERY_S):
            yield

    def end(self) -> None:
        """Makes ``beats`` return."""
        self._over.set()
