"""What all commands show alike: a problem in one form, and a sign of life where nothing moves.

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
"""How often a log hears of what takes its time."""
COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
REMEDY_COLOUR = "cyan"


def print_problem(
    problem: WordlightError, *, where: str = "", console: Console | None = None
) -> None:
    """Writes a problem to standard error: code and sentence, and what to do on its own line.

    ``where``: what it befell, such as one file of many. ``console`` is another one to write to.
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
    """The same of what is known of a problem. No word of it is taken for markup, no line cut."""
    told = Text.assemble((code, COLOURS[severity]), f" {sentence}")
    if remedy:
        told.append(f"\n→ {remedy}", style=REMEDY_COLOUR)
    (console or Console(stderr=True)).print(told, soft_wrap=True, highlight=False)


class Ticker:
    """When a log is due a line: every few seconds. Usable from several threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._said_s = time.monotonic()

    def is_due(self) -> bool:
        """Whether the last line is old enough; if so, the next is counted from now."""
        with self._guard:
            now_s = time.monotonic()
            if now_s - self._said_s < SAY_EVERY_S:
                return False
            self._said_s = now_s
            return True

    def beats(self) -> Iterator[None]:
        """Yields whenever a line is due, and returns after ``end``."""
        while not self._over.wait(SAY_EVERY_S):
            yield

    def end(self) -> None:
        """Ends ``beats``."""
        self._over.set()
