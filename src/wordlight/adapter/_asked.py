"""A request from Triton, between its arrival and its one answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf
from threading import Lock
from typing import Any

from wordlight.adapter._adapter import id_of, incident, read, send
from wordlight.adapter._cancelled import NEVER, Cancellations
from wordlight.adapter._entry import Cancelled, Entry
from wordlight.adapter._traced import TRACES
from wordlight.contract import ModelSpec
from wordlight.errors import DeadlineExceeded, WordlightError
from wordlight.logs import Requests, working_for
from wordlight.tracing import Span


class Asked:
    """A request that is answered after ``execute``; threads may share it.

    Args:
        spec: The model's tensors.
        call_type: The engine's typed call.
        request: Triton's request. It is not kept here: its tensors in shared memory would be kept
            with it.
        pb_utils: Triton's module.
        clock: A monotonic clock, in seconds. The request's timeout counts from now.
        cancellations: The ids that nobody waits for any more.
    """

    def __init__(
        self,
        spec: ModelSpec,
        call_type: type,
        request: Any,
        pb_utils: Any,
        clock: Callable[[], float] = time.monotonic,
        cancellations: Cancellations = NEVER,
    ) -> None:
        self._spec, self._pb_utils, self._clock = spec, pb_utils, clock
        self._sender = request.get_response_sender()
        self._wanted = list(request.requested_output_names())
        self._id, self._cancellations = id_of(request), cancellations
        self._entry = Entry(spec.name, self._id)
        self._entry.span = TRACES.span_of(request, spec.name)
        self._came_s = cancellations.clock()
        self._timeout_s = request.timeout() / 1e6
        self.since_s = clock()
        """When the model took it."""
        self._ends_s = self.since_s + self._timeout_s if self._timeout_s else inf
        self._answering = Lock()
        self.is_answered = False
        self.call = read(spec, call_type, request, pb_utils, self._entry, is_kept=True)
        if not isinstance(self.call, call_type):
            self.answer(self.call)

    @property
    def requests(self) -> Requests:
        """The request, as the log knows it."""
        return self._entry.requests

    @property
    def span(self) -> Span:
        """The span of the request, until it is answered."""
        return self._entry.span

    def take_call(self) -> Any:
        """The call. It is no longer held here afterwards, because its arrays are large."""
        call, self.call = self.call, None
        return call

    def answer(self, outcome: Any) -> None:
        """Sends the answer, unless one was sent: Triton forgets a request once it is answered.

        ``outcome`` is an answer, Cancelled or an exception. An exception that is not one of our
        errors becomes an incident.
        """
        with working_for(self.requests):
            if isinstance(outcome, Exception) and not isinstance(outcome, WordlightError):
                outcome = incident(f"a request to {self._spec.name} failed", outcome)
            with self._answering:
                if not self.is_answered:
                    self.is_answered = True
                    sent = send(self._spec, outcome, self._wanted, self._sender, self._pb_utils)
                    self._entry.close(outcome, sent)

    def _is_announced(self) -> bool:
        return self._cancellations.holds(self._id, self._came_s)

    def look(self) -> bool:
        """Whether the request is still to be answered.

        A request that was cancelled, or whose timeout has passed, is answered here.
        """
        with self._answering:
            if self.is_answered:
                return False
            is_cancelled = self._sender.is_cancelled() or self._is_announced()
        if is_cancelled:
            self.answer(Cancelled())
        elif self._clock() > self._ends_s:
            given = f"its timeout of {self._timeout_s:g} s"
            self.answer(DeadlineExceeded(self._spec.name, f"was not done within {given}"))
        return not self.is_answered
