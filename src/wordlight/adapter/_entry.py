"""A request as the log knows it: its id, what it asks for, and the one line for its answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from wordlight.errors import EngineFailed, WordlightError
from wordlight.logs import Requests, facts

logger = logging.getLogger(__name__)

CANARY_ID = "wordlight-canary"
"""The id of the small requests of `wordlight serve`; only one that fails gets a line."""
_DONE = {"OK": "answered", "CANCELLED": "cancelled", "INTERNAL": "failed"}


class Entry:
    """One request, from when it came to its one line in the log.

    Args:
        model: The model's name.
        request_id: The request's id; empty if it has none.
        call: What it asks for, if that is known: a dataclass.
        clock: A monotonic clock, in seconds.
    """

    def __init__(
        self,
        model: str,
        request_id: str,
        call: Any = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model, self._id, self._clock = model, request_id, clock
        self._came_s = clock()
        self.requests = Requests((request_id,) if request_id else (), are_known=False)
        if call is not None:
            self.learn(call)

    def learn(self, call: Any) -> None:
        """Notes the texts of the call, which no line may repeat."""
        self.requests = Requests(self.requests.ids, texts_of(call))

    def close(self, outcome: Any, response: Any = None) -> None:
        """Logs the answer.

        Args:
            outcome: An error of ours, `Cancelled`, or anything else, which counts as an answer.
            response: What Triton got; if that is an error, the answer could not be written.
        """
        status, code = _status_of(outcome)
        if status == "OK" and response is not None and response.has_error():
            status, code = EngineFailed.status, EngineFailed.code
        is_quiet = self._id == CANARY_ID and status == "OK"
        logger.log(
            logging.DEBUG if is_quiet else logging.INFO,
            _DONE.get(status, "refused"),
            extra=facts(
                model=self._model,
                request_id=self._id,
                status=status,
                code=code,
                seconds=round(self._clock() - self._came_s, 4),
            ),
        )


class Cancelled:
    """The outcome of a request that its caller cancelled: nothing is computed for it."""


def texts_of(call: Any) -> tuple[Any, ...]:
    """What the caller wrote: the texts, and lists of texts, of a call."""
    values = (getattr(call, field.name) for field in fields(call))
    return tuple(value for value in values if isinstance(value, str | list | tuple))


def _status_of(outcome: Any) -> tuple[str, str]:
    if isinstance(outcome, Cancelled):
        return "CANCELLED", ""
    if isinstance(outcome, WordlightError):
        return outcome.status, outcome.code
    return "OK", ""
