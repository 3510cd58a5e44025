"""The log of the front door: lines on standard error, each with its request id."""

from __future__ import annotations

import logging

from wordlight import logs
from wordlight.logs import LogFormat, facts

__all__ = ["facts", "set_up"]

SOURCE = "front"
NOISE = ("ASGI callable returned without completing response.", "Unsupported upgrade request.")
"""What uvicorn says of answers that we break off on purpose, because Triton's broke off."""


def set_up(log_format: LogFormat) -> None:
    """Lets all loggers of this process write to standard error in that form."""
    logs.begin(SOURCE, logs.to_stderr(log_format))
    # It repeats what callers send as the path of a method.
    logging.getLogger("grpc").setLevel(logging.CRITICAL + 1)
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.getMessage() not in NOISE)
