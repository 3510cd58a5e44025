"""Records of Python's `logging` as lines of the log, and all else that a process would print."""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from wordlight.logs._faults import trace_of, without
from wordlight.logs._line import Line, LogFormat
from wordlight.logs._requests import requests_now

FACTS = "facts"
"""The attribute of a log record that holds its facts by name."""
OURS = "wordlight"
PRINTED = "stderr"
"""The logger of what a library printed."""
LONGEST_PRINTED = 8_000


def facts(**known: Any) -> dict[str, dict[str, Any]]:
    """The facts of a log line, as ``extra`` takes them; those that are None or "" are left out."""
    return {FACTS: {name: value for name, value in known.items() if value not in (None, "")}}


class Lines(logging.Handler):
    """Hands each record on as a line.

    Lines of our own loggers are trusted not to repeat what a caller wrote. From others' lines, and
    from exceptions, every word of it is taken out (`without`).

    Args:
        source: What this process is called in the log.
        write: Takes the lines, from any thread.
        are_requests_there: Whether this process gets requests of callers at all.
    """

    def __init__(
        self, source: str, write: Callable[[Line], object], are_requests_there: bool = True
    ) -> None:
        super().__init__()
        self._source, self._write = source, write
        self._are_requests_there = are_requests_there

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the record's line."""
        try:
            line = self._line(record)
        except Exception as error:  # noqa: BLE001 - logging must never break what is logged
            line = Line(
                f"a line could not be written: {type(error).__name__}",
                "error",
                self._source,
                logger=record.name,
            )
        self._write(line)

    def _line(self, record: logging.LogRecord) -> Line:
        requests = requests_now()
        has_texts = self._are_requests_there and requests.are_there
        message, texts = record.getMessage(), requests.texts if has_texts else None
        is_ours = record.name.partition(".")[0] == OURS
        error = record.exc_info[1] if record.exc_info else None
        return Line(
            message if is_ours else without(texts, message),
            record.levelname.lower(),
            self._source,
            {**requests.facts, **getattr(record, FACTS, {})},
            record.name,
            "" if error is None else trace_of(error, texts, requests.are_known),
            record.created,
        )


def to_stderr(form: LogFormat) -> Callable[[Line], None]:
    """A function that writes lines to standard error, each in one piece.

    Other processes write to the same file, so a line must not come in two.
    """
    descriptor = sys.__stderr__.fileno() if sys.__stderr__ is not None else 2

    def write(line: Line) -> None:
        os.write(descriptor, line.written(form).encode("utf-8", "backslashreplace"))

    return write


def begin(
    source: str,
    write: Callable[[Line], object],
    *,
    is_alone: bool = True,
    are_requests_there: bool = True,
) -> None:
    """From now on all loggers of this process write lines: ours from INFO, others' from WARNING.

    Args:
        source: What this process is called in the log.
        write: Takes the lines, from any thread.
        is_alone: Whether other handlers are removed. Without it, nothing changes if there are any.
        are_requests_there: Whether this process gets requests of callers at all.
    """
    handler = Lines(source, write, are_requests_there)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=is_alone)
    logging.getLogger(OURS).setLevel(logging.INFO)


def take_prints() -> None:
    """Makes lines of warnings, of exceptions in threads, and of what code prints."""
    logging.captureWarnings(True)
    logger = logging.getLogger(PRINTED)
    logger.setLevel(logging.INFO)
    sys.stdout = Printed(logger, logging.INFO)
    sys.stderr = Printed(logger, logging.WARNING)
    threading.excepthook = lambda raised: logger.error(
        "a thread ended by an exception", exc_info=raised.exc_value or True
    )
    sys.unraisablehook = lambda raised: logger.error(
        "an exception went unheard", exc_info=raised.exc_value or True
    )


class Printed(io.TextIOBase):
    """A stream that makes a line of the log of each line that is printed.

    Args:
        logger: Takes the lines.
        level: The level at which it takes them.
    """

    encoding, errors = "utf-8", "backslashreplace"

    def __init__(self, logger: logging.Logger, level: int) -> None:
        self._logger, self._level = logger, level
        self._rest = threading.local()

    def write(self, text: str, /) -> int:
        """Takes the text; returns its length."""
        *lines, rest = (getattr(self._rest, "text", "") + text).replace("\r", "\n").split("\n")
        if len(rest) > LONGEST_PRINTED:
            lines.append(rest)
            rest = ""
        self._rest.text = rest
        for line in lines:
            if line.strip():
                self._logger.log(self._level, "%s", line)
        return len(text)

    def fileno(self) -> int:
        """The descriptor of standard error, for code that writes without Python."""
        return 2

    def writable(self) -> bool:
        """True."""
        return True
