"""Log lines as text or JSON, each with time, level and request id; never what a caller sent."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from wordlight.front._config import LogFormat

FACTS = "facts"
"""The attribute of a log record that holds its facts by name."""
NOISE = ("ASGI callable returned without completing response.", "Unsupported upgrade request.")
"""What uvicorn says of answers that we break off on purpose, because Triton's broke off."""


def facts(**known: Any) -> dict[str, dict[str, Any]]:
    """The facts of a log line, as ``extra`` takes them."""
    return {FACTS: {name: value for name, value in known.items() if value not in (None, "")}}


def set_up(log_format: LogFormat) -> None:
    """Lets all loggers of this process write to standard error in that form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if log_format is LogFormat.JSON else _Text())
    handler.addFilter(lambda record: record.getMessage() not in NOISE)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("asyncio", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FACTS, {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        known = " ".join(f"{name}={value}" for name, value in getattr(record, FACTS, {}).items())
        said = " ".join(record.getMessage().splitlines())
        line = f"{_time(record)} {record.levelname} {said}{' ' if known else ''}{known}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line
