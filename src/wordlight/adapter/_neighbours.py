"""The models next door, asked on behalf of a request (Triton's business-logic scripting)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from threading import Condition
from typing import Any

from wordlight.adapter._cancelled import Cancellations
from wordlight.contract import ModelSpec, Value
from wordlight.errors import BUSY, JobEnded, ServerBusy, ServerError, WordlightError, revived

MOST_AT_ONCE = 24
"""Calls that are on their way. In Triton 2.51 one pool of 32 threads runs the calls of a process
and its responses: with all of them taken, nobody would be answered."""

RANK_S, LAST_RANK = 4.0, 3
"""For so long each of the first chunks of a stream goes before the next one of another: whoever
listens to its first chunk has the time that it lasts."""


class Neighbours:
    """Asks models of the same server; see `wordlight.streaming.Models`.

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
            WordlightError: What it answers instead; ServerBusy where its queue is full.
        """
        pb_utils, came_s = self._pb_utils, self._cancellations.clock()
        request = pb_utils.InferenceRequest(
            request_id=job,
            model_name=model.name,
            requested_output_names=[tensor.name for tensor in model.outputs],
            inputs=[
                pb_utils.Tensor(name, model.input(name).encode(value))
                for name, value in values.items()
            ],
        )
        with self._slots.taken(rank):
            # It may have waited so long that the models would not know the end of its job.
            if self._cancellations.holds(job, came_s):
                raise JobEnded
            response = request.exec()
        if response.has_error():
            raise _error(response.error().message())
        return {
            tensor.field: tensor.decode(
                pb_utils.get_output_tensor_by_name(response, tensor.name).as_numpy()
            )
            for tensor in model.outputs
        }

    def cancel(self, job: str) -> None:
        """Ends all that was asked for that job."""
        self._cancellations.announce(job)


class Slots:
    """So many calls at once; the others wait in line, in which later chunks stand further back."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._n_free, self._clock = most, clock
        self._line: list[tuple[float, int]] = []
        self._numbers = count()
        self._changed = Condition()

    @contextmanager
    def taken(self, rank: int) -> Iterator[None]:
        """One of them, once it is free; a chunk that waits is passed for so long and no longer."""
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
