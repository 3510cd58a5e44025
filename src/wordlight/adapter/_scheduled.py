"""An ``execute`` that hands its requests to an engine, which answers each when it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from wordlight.adapter._asked import Asked
from wordlight.adapter._cancelled import NEVER, Cancellations
from wordlight.adapter._counts import COUNTS
from wordlight.contract import ModelSpec
from wordlight.logs import working_for
from wordlight.tracing import under

_LOOK_EVERY_S = 0.05
"""How often a request that waits for room checks for room, and whether its caller still waits."""


class Service(Protocol):
    """An engine that answers calls in its own time."""

    def has_room(self) -> bool:
        """Whether another call should be submitted."""

    def submit(self, call: Any, done: Callable[[Any], None], is_wanted: Callable[[], bool]) -> None:
        """Accepts a call; ``done`` is called once, from any thread, with an answer or exception."""


def serve_scheduled(
    spec: ModelSpec,
    call_type: type,
    service: Service,
    pb_utils: Any,
    cancellations: Cancellations = NEVER,
) -> Callable[[list[Any]], None]:
    """The ``execute`` of a model whose engine has a schedule of its own.

    It returns at once, so that Triton's queue is empty. While the service has no room it does not
    return: further requests stay in Triton's queue, which refuses them when it is full and times
    them out. A request that is cancelled, or not done within its timeout, is answered with that
    error, and its work stops before the next step. Needs Triton 24.06 or later, as ``serve_apart``
    does.
    """

    COUNTS.begin(spec, pb_utils)

    def execute(requests: list[Any]) -> None:
        asked = [
            Asked(spec, call_type, request, pb_utils, cancellations=cancellations)
            for request in requests
        ]
        for one in asked:
            while one.look() and not service.has_room():
                time.sleep(_LOOK_EVERY_S)
            if not one.is_answered:
                with working_for(one.requests), under(one.span):
                    service.submit(one.take_call(), one.answer, one.look)

    return execute
