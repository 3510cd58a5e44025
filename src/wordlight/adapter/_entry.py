"""A request from when it came until it is answered: it is counted, timed, and gets a line."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from wordlight.adapter._counts import COUNTS
from wordlight.adapter._in_flight import IN_FLIGHT
from wordlight.contract import StreamMeters
from wordlight.errors import EngineFailed, WordlightError
from wordlight.logs import Requests, facts
from wordlight.tracing import NO_SPAN

logger = logging.getLogger(__name__)

CANARY_ID = "wordlight-canary"
"""The id of the small requests of `wordlight serve`; only one that fails gets a line."""
BROKEN_OFF = RuntimeError("it broke off")
"""The outcome of a request whose answer was never found."""
_DONE = {"OK": "answered", "CANCELLED": "cancelled", "INTERNAL": "failed"}


class Cancelled:
    """The outcome of a request that its caller cancelled: nothing is computed for it."""


class Entry:
    """One request, from when it came until it is answered.

    Until then it is in flight. The answer is counted and timed, and has one line in the log.

    Args:
        model: The model's name.
        request_id: The request's id; empty if it has none.
        clock: A monotonic clock, in seconds.
    """

    def __init__(
        self, model: str, request_id: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._model, self._id, self._clock = model, request_id, clock
        self._came_s = clock()
        self._has_parts = self._is_closed = False
        self.span = NO_SPAN
        """The span of the request; it ends with the answer."""
        self.requests = Requests((request_id,) if request_id else (), are_known=False)
        """The request, as the log knows it."""
        IN_FLIGHT.came()
        COUNTS.came()

    def learn(self, call: Any) -> None:
        """Notes the texts of the call, a dataclass; no line may repeat them."""
        self.requests = Requests(self.requests.ids, texts_of(call))

    def note_part(self) -> None:
        """Notes that a part of the answer was sent."""
        if not self._has_parts:
            self._has_parts = True
            COUNTS.observe(StreamMeters.FIRST_PART_S, self._clock() - self._came_s)

    def close(self, outcome: object, response: Any = None) -> None:
        """Notes the answer. Only the first call does anything.

        Args:
            outcome: An exception, `Cancelled`, or anything else, which counts as an answer.
            response: What Triton got; if that is an error, the answer could not be written.
        """
        if self._is_closed:
            return
        self._is_closed = True
        seconds = self._clock() - self._came_s
        status, code = _status_of(outcome, response)
        self.span.end("CANCELLED" if status == "CANCELLED" else code)
        try:
            COUNTS.left(seconds, status.lower(), code)
            self._tell(seconds, status, code)
        finally:
            IN_FLIGHT.left()

    def _tell(self, seconds: float, status: str, code: str) -> None:
        is_quiet = self._id == CANARY_ID and status == "OK"
        logger.log(
            logging.DEBUG if is_quiet else logging.INFO,
            _DONE.get(status, "refused"),
            extra=facts(
                model=self._model,
                request_id=self._id,
                status=status,
                code=code,
                seconds=round(seconds, 4),
            ),
        )


def texts_of(call: Any) -> tuple[Any, ...]:
    """What the caller wrote: the texts, and lists of texts, of a call."""
    values = (getattr(call, field.name) for field in fields(call))
    return tuple(value for value in values if isinstance(value, str | list | tuple))


def _status_of(outcome: object, response: Any) -> tuple[str, str]:
    """Triton's status, and the code of the problem; empty if there is none."""
    if isinstance(outcome, Cancelled):
        return "CANCELLED", ""
    if isinstance(outcome, WordlightError):
        return outcome.status, outcome.code
    if isinstance(outcome, BaseException) or (response is not None and response.has_error()):
        return EngineFailed.status, EngineFailed.code
    return "OK", ""
