"""Calls to other models of the server for a request (Triton's business-logic scripting)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from threading import Condition
from typing import Any

from wordlight.adapter._cancelled import Cancellations
from wordlight.adapter._traced import TRACES
from wordlight.contract import ModelSpec, Value
from wordlight.errors import BUSY, JobEnded, ServerBusy, ServerError, WordlightError, revived

MOST_AT_ONCE = 24
"""How many calls may be under way. In Triton 2.51 one pool of 32 threads runs both the calls and
the responses of a process: if calls took all threads, nobody would be answered."""

RANK_S, LAST_RANK = 4.0, 3
"""A call of rank n stands in line as if it had come n times RANK_S later; n counts up to LAST_RANK.
So the first chunks of a stream go before later ones of another: whoever has a first chunk can wait
for the second one while the first plays."""


class Neighbours:
    """Calls models of the same server; see `wordlight.streaming.Models`.

    Args:
        pb_utils: Triton's module.
        cancellations: Where the end of a job is announced to the models.
    """

    def __init__(self, pb_utils: Any, cancellations: Cancellations) -> None:
        self._pb_utils, self._cancellations = pb_utils, cancellations
        self._slots = Slots(MOST_AT_ONCE)

    def ask(
        self, model: ModelSpec, values: Mapping[str, Value], job: str, rank: int
    ) -> Mapping[str, Any]:
        """The model's outputs, decoded, by field.

        Raises:
            WordlightError: The model's own error; ServerBusy if the model's queue is full.
        """
        with TRACES.asking(model.name, job) as trace:
            response = self._ask(model, values, job, rank, trace)
        return {
            tensor.field: tensor.decode(
                self._pb_utils.get_output_tensor_by_name(response, tensor.name).as_numpy()
            )
            for tensor in model.outputs
        }

    def _ask(
        self,
        model: ModelSpec,
        values: Mapping[str, Value],
        job: str,
        rank: int,
        trace: Mapping[str, Any],
    ) -> Any:
        pb_utils, came_s = self._pb_utils, self._cancellations.clock()
        request = pb_utils.InferenceRequest(
            request_id=job,
            model_name=model.name,
            requested_output_names=[tensor.name for tensor in model.outputs],
            inputs=[
                pb_utils.Tensor(name, model.input(name).encode(value))
                for name, value in values.items()
            ],
            **trace,
        )
        with self._slots.taken(rank):
            # After a long wait the models would no longer recognise this id as cancelled.
            if self._cancellations.holds(job, came_s):
                raise JobEnded
            response = request.exec()
        if response.has_error():
            raise _error(response.error().message())
        return response

    def cancel(self, job: str) -> None:
        """Ends all calls that were made for that job."""
        self._cancellations.announce(job)


class Slots:
    """A limit on simultaneous calls. The others wait in line, with later chunks further back."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._n_free, self._clock = most, clock
        self._line: list[tuple[float, int]] = []
        self._numbers = count()
        self._changed = Condition()

    @contextmanager
    def taken(self, rank: int) -> Iterator[None]:
        """Holds a slot, once one is free. A waiting chunk can be passed only for a limited time."""
        with self._changed:
            behind_s = RANK_S * min(rank, LAST_RANK)
            place = (self._clock() + behind_s, next(self._numbers))
            heappush(self._line, place)
            self._changed.wait_for(lambda: self._n_free > 0 and self._line[0] == place)
            heappop(self._line)
            self._n_free -= 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._n_free += 1
                self._changed.notify_all()


def _error(message: str) -> WordlightError:
    own = revived(message)
    if own is not None:
        return own
    if any(phrase in message.lower() for phrase in BUSY):
        return ServerBusy(message)
    return ServerError(message)
