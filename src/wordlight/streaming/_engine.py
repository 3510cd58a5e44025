"""The engine: plans a narration, makes some of its chunks at a time, and yields them in order."""

from __future__ import annotations

import logging
import secrets
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from contextvars import copy_context
from typing import Any, TypeVar

from wordlight.errors import InvalidInput
from wordlight.reading import Alignable
from wordlight.streaming._calls import StreamAnswer, given
from wordlight.streaming._models import Asking, Models
from wordlight.streaming._pieces import Order, Piece, make
from wordlight.streaming._plan import SPEAKING, Plan, planned
from wordlight.streaming._progress import Done
from wordlight.streaming._responses import Telling

logger = logging.getLogger(__name__)
T = TypeVar("T")

AHEAD = 3
"""The most chunks of one narration that are made at the same time."""
MOST_STREAMS = 64
"""The most narrations that are made at the same time. Others wait in Triton's queue."""
LOOK_EVERY_S = 0.1
DEFAULT_TRIES = 3
TIMING = frozenset({"LANGUAGE"})
"""Inputs of the call that are passed on to whisperx with each chunk."""


class StreamEngine:
    """Narrates chunk by chunk, with the other models of the same server.

    Args:
        models: Asks those other models.
        alignable: The languages in which words can be timed.
    """

    def __init__(self, models: Models, alignable: Alignable) -> None:
        self._models, self._alignable = models, alignable
        self._makers = ThreadPoolExecutor(AHEAD * MOST_STREAMS, thread_name_prefix="chunk")

    def narrate(
        self, call: Any, job: str, look: Callable[[], None]
    ) -> Generator[StreamAnswer, None, None]:
        """The responses to a `StreamCall`, in order. Closing the iterator ends the work.

        Args:
            call: The request for the narration.
            job: An id that no other narration has. Every request to a model carries it.
            look: Is called now and then, and raises once nobody waits for the answer any more.

        Raises:
            WordlightError: The text cannot be narrated, or not to its end.
            Exception: Whatever ``look`` raises.
        """
        ask = Asking(self._models, job, look)
        is_whole = False
        try:
            yield from self._narrate(call, ask)
            is_whole = True
        finally:
            ask.is_over.set()  # set before is_open is read, so no call can slip between the two
            if not is_whole and (ask.is_begun or ask.is_open):
                self._cancel(job)

    def _cancel(self, job: str) -> None:
        try:
            self._models.cancel(job)
        except Exception:
            logger.warning("chunks of a stream that has ended are made all the same", exc_info=True)

    def close(self) -> None:
        """Stops making chunks: those that are queued are cancelled."""
        self._makers.shutdown(wait=False, cancel_futures=True)

    def _narrate(self, call: Any, ask: Asking) -> Generator[StreamAnswer, None, None]:
        plan = _awaited(self._makers.submit(copy_context().run, planned, call, ask), ask)
        done = Done.read(call.resume, plan.edges, plan.rate_hz)
        if done.seed is None:
            done.seed = secrets.randbits(62) if call.seed is None else call.seed
        elif call.seed not in (None, done.seed):
            raise InvalidInput("RESUME", f"has the seed {done.seed}, and SEED is {call.seed}")
        aligner = self._alignable.aligner_of(plan.reading, call.language)
        telling = Telling(call, plan, done, aligner)
        with closing(self._pieces(call, plan, done, aligner, ask)) as pieces:
            for piece in pieces:
                yield telling.part(piece)
        yield telling.end()

    def _pieces(
        self, call: Any, plan: Plan, done: Done, aligner: str, ask: Asking
    ) -> Generator[Piece, None, None]:
        """The chunks that are still to be made, in order. The next ones are made meanwhile."""
        orders = deque(
            Order(
                index,
                plan.texts[index],
                plan.pauses_s[index],
                plan.part(index),
                done.seed or 0,
                given(call, SPEAKING),
                given(call, TIMING),
                (call.tries or DEFAULT_TRIES) if call.check else 0,
            )
            for index in range(len(done.samples), len(plan.texts))
        )
        ask.is_begun = True
        making: deque[Future[Piece]] = deque()
        n_ahead = 1  # the first chunk is made alone, so that the listener has it soon
        try:
            while orders or making:
                while orders and len(making) < n_ahead:
                    making.append(
                        self._makers.submit(
                            copy_context().run, make, orders.popleft(), ask, aligner
                        )
                    )
                n_ahead = AHEAD
                yield _awaited(making.popleft(), ask)
        finally:
            for one in making:
                one.cancel()


def _awaited(making: Future[T], ask: Asking) -> T:
    """The future's result. Until it is there, ``ask.look`` is called again and again."""
    while not wait([making], LOOK_EVERY_S).done:
        ask.look()
    return making.result()
