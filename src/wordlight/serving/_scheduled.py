"""An ``execute`` that hands its requests to an engine which answers each when it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf
from threading import Lock
from typing import Any, Protocol

from wordlight.contract import ModelSpec
from wordlight.errors import DeadlineExceeded, WordlightError
from wordlight.serving._adapter import Cancelled, incident, read, send

MOST_QUEUED_S = 120.0
"""Work taken on at once: as long as Triton's own queue lets a request wait."""
_LOOK_EVERY_S = 0.05


class Service(Protocol):
    """What answers calls in its own time."""

    @property
    def queued_s(self) -> float:
        """About how many seconds of work are taken on."""

    def submit(self, call: Any, done: Callable[[Any], None], is_wanted: Callable[[], bool]) -> None:
        """Takes a call on; ``done`` gets an answer or an exception once, from any thread."""


def serve_scheduled(
    spec: ModelSpec,
    call_type: type,
    service: Service,
    pb_utils: Any,
    most_queued_s: float = MOST_QUEUED_S,
) -> Callable[[list[Any]], None]:
    """The ``execute`` of a model whose engine has a schedule of its own.

    It returns at once, so that Triton's queue is empty; while more than ``most_queued_s`` of work
    is taken on it does not, and Triton's queue holds the rest, refuses and times out. A request
    that is cancelled, or not done within its timeout, is answered so, and its work stops before
    the next step. Needs Triton 24.06 or later, as ``serve_apart`` does.
    """

    def execute(requests: list[Any]) -> None:
        asked = [Asked(spec, call_type, request, pb_utils) for request in requests]
        for one in asked:
            while one.is_wanted() and service.queued_s > most_queued_s:
                time.sleep(_LOOK_EVERY_S)
            if not one.is_answered:
                call = one.take_call()
                service.submit(call, one.answer, one.is_wanted)

    return execute


class Asked:
    """A request between its arrival and its one answer; threads may share it."""

    def __init__(self, spec: ModelSpec, call_type: type, request: Any, pb_utils: Any) -> None:
        self._spec, self._pb_utils = spec, pb_utils
        # Not the request itself: the tensors in shared memory would live as long as it does.
        self._sender = request.get_response_sender()
        self._wanted = list(request.requested_output_names())
        self._timeout_s = request.timeout() / 1e6
        self._ends_s = time.monotonic() + self._timeout_s if self._timeout_s else inf
        self._answering = Lock()
        self.is_answered = False
        self._call = read(spec, call_type, request, pb_utils, is_kept=True)
        if not isinstance(self._call, call_type):
            self.answer(self._call)

    def take_call(self) -> Any:
        """The call, which is held here no longer: its arrays are large."""
        call, self._call = self._call, None
        return call

    def answer(self, outcome: Any) -> None:
        """Sends the answer, unless there was one: Triton forgets a request once it is answered.

        ``outcome``: an answer, Cancelled or an exception; one not of ours becomes an incident.
        """
        if isinstance(outcome, Exception) and not isinstance(outcome, WordlightError):
            outcome = _logged(outcome, self._spec.name)
        with self._answering:
            if not self.is_answered:
                self.is_answered = True
                send(self._spec, outcome, self._wanted, self._sender, self._pb_utils)

    def is_wanted(self) -> bool:
        """Whether the answer is still waited for; if not, the request is answered with that."""
        with self._answering:
            if self.is_answered:
                return False
            is_cancelled = self._sender.is_cancelled()
        if is_cancelled:
            self.answer(Cancelled())
        elif time.monotonic() > self._ends_s:
            given = f"its timeout of {self._timeout_s:g} s"
            self.answer(DeadlineExceeded(f"{self._spec.name} was not done within {given}"))
        return not self.is_answered


def _logged(error: Exception, name: str) -> WordlightError:
    try:
        raise error
    except Exception:  # noqa: BLE001 - the edge
        return incident(f"a request to {name} failed")
