"""What `wordlight serve` tells: on the terminal for people, and in the log as lines."""

from __future__ import annotations

import logging
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from wordlight import logs
from wordlight.console import print_told
from wordlight.errors import Severity, WordlightError
from wordlight.logs import KeptLog, LogFormat, facts

console = Console(stderr=True, highlight=False, soft_wrap=True)
"""Is quiet if the log goes to standard error: what is said there is then lines only."""

logger = logging.getLogger("wordlight.serve")
SUPERVISOR = "supervisor"
_LEVELS = {Severity.ERROR: logging.ERROR, Severity.WARNING: logging.WARNING}


def open_log(path: Path | None, form: LogFormat) -> KeptLog | None:
    """Begins the log of the whole service; None if none is kept, or if it cannot be.

    The preflight reports why a log cannot be kept.
    """
    console.quiet = False
    kept = None
    if path is not None:
        try:
            kept = KeptLog(path, form)
        except OSError:
            kept = None
    if kept is not None:
        logs.begin(SUPERVISOR, kept.write, are_requests_there=False)
        console.quiet = kept.is_stderr
    if kept is None or not kept.is_stderr:
        handler = logging.StreamHandler()
        handler.setLevel(logging.WARNING)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        handler.addFilter(lambda record: record.name != logger.name)
        if kept is None:
            logging.basicConfig(level=logging.WARNING, handlers=[handler])
        else:
            logging.getLogger().addHandler(handler)
    return kept


def say(sentence: str, *, markup: str = "", **known: object) -> None:
    """Tells that something happened.

    Args:
        sentence: What happened.
        markup: The same for the terminal, if it looks otherwise there.
        known: Facts for the log.
    """
    console.print(markup or escape(sentence))
    logger.info(sentence, extra=facts(**known))


def tell(problem: WordlightError) -> None:
    """Tells of a problem."""
    tell_of(problem.code, str(problem), problem.remedy, problem.severity)


def tell_of(code: str, sentence: str, remedy: str, severity: Severity) -> None:
    """Tells of a problem of which only the parts are known."""
    print_told(code, sentence, remedy, severity, console=console)
    known = facts(code=code, remedy=remedy)
    logger.log(_LEVELS[severity], "%s", sentence, extra=known)
