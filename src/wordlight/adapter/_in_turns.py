"""An ``execute`` in which short requests pass long ones, and cancelled requests stop.

Short recordings that came together form one job, so that they go through the models as one batch.
``execute`` waits for that job; meanwhile Triton gathers the next batch. Every long recording is a
job of its own: it waits in its own thread until there is room, and is answered when it is done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from threading import Lock, Thread
from typing import Any, Protocol

from wordlight.adapter._adapter import incident, run
from wordlight.adapter._asked import Asked
from wordlight.adapter._cancelled import NEVER, Cancellations
from wordlight.adapter._counts import COUNTS
from wordlight.adapter._room import Room
from wordlight.adapter._turns import MOST_JOBS, Job, Stopped, Turns
from wordlight.contract import ALIGNMENT_METERS, AlignmentMeters, ModelSpec
from wordlight.errors import ServerEnding, ServerUnreachable
from wordlight.logs import Requests, working_for
from wordlight.tracing import link, under

logger = logging.getLogger(__name__)


class PiecewiseEngine(Protocol):
    """A model's engine that does its work piece by piece."""

    def run(self, calls: Sequence[Any], work: Any) -> Sequence[Any]:
        """An answer or one of our errors for each call, in order; ``work`` runs each piece."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Which recordings share a job, how many are worked on at once, and how many may wait."""

    longest_short_s: float = 30.0
    short_together_s: float = 60.0
    most_long: int = MOST_JOBS - 1
    most_long_s: float = 7200.0
    """A second of audio at 24 kHz takes about 0.2 MB of memory until its request is answered."""
    most_waiting: int = 32
    most_waiting_s: float = 7200.0
    """A second of audio at 24 kHz takes 0.1 MB of memory while its request waits."""
    look_every_s: float = 0.1
    """How often we check whether the caller still waits. To ask Triton takes a moment."""


def serve_in_turns(
    spec: ModelSpec,
    call_type: type,
    engine: PiecewiseEngine,
    pb_utils: Any,
    turns: Turns,
    sharing: Sharing = Sharing(),
    cancellations: Cancellations = NEVER,
) -> Callable[[list[Any]], None]:
    """The ``execute`` of a model whose requests take from a second to minutes.

    Short requests pass long ones, both those being worked on and those that wait for room. When no
    more long requests may wait, ``execute`` does not return: further requests stay in Triton's
    queue, which refuses them when it is full and times them out. A request that is cancelled, or
    not done within its timeout, stops before its next piece. Needs Triton 24.06 or later, as
    ``serve_apart`` does.

    Args:
        spec: The model's tensors.
        call_type: The engine's typed call, as for ``serve``. Its ``duration_s`` is the length of
            its audio.
        engine: Runs the calls of one job.
        pb_utils: Triton's module.
        turns: Decides which job works next; its thread runs every piece.
        sharing: Which requests are short.
        cancellations: The ids that nobody waits for any more.
    """
    COUNTS.begin(spec, pb_utils, ALIGNMENT_METERS)
    turns.on_piece = partial(COUNTS.add, AlignmentMeters.PIECES)
    return _Desk(spec, call_type, engine, pb_utils, turns, sharing, cancellations).execute


class _Desk:
    """Takes requests in and assigns each to a job."""

    def __init__(
        self,
        spec: ModelSpec,
        call_type: type,
        engine: PiecewiseEngine,
        pb_utils: Any,
        turns: Turns,
        sharing: Sharing,
        cancellations: Cancellations,
    ) -> None:
        self._cancellations = cancellations
        self._spec, self._call_type, self._pb_utils = spec, call_type, pb_utils
        self._engine, self._turns, self._sharing = engine, turns, sharing
        self._changing, self._in_work_s = Lock(), 0.0
        self._room = Room(sharing.most_long, sharing.most_long_s)
        self._hall = Room(
            sharing.most_long + sharing.most_waiting, sharing.most_long_s + sharing.most_waiting_s
        )

    def execute(self, requests: list[Any]) -> None:
        """Answers the short requests, and lets each long one begin once there is room."""
        asked = [
            Asked(
                self._spec,
                self._call_type,
                request,
                self._pb_utils,
                self._turns.clock,
                self._cancellations,
            )
            for request in requests
        ]
        good = [one for one in asked if not one.is_answered]
        short = [one for one in good if one.call.duration_s <= self._sharing.longest_short_s]
        self._turns.expect()
        self._change_work(good, 1)
        for batch in _batches(short, self._sharing.short_together_s):
            self._work_for(batch)
            self._change_work(batch, -1)
        for one in good:
            if one.call.duration_s > self._sharing.longest_short_s:
                self._start(one)
        self._turns.settle()

    def _work_for(self, asked: list[Asked]) -> None:
        """Answers them all, and logs what goes wrong."""
        with working_for(Requests.of([one.requests for one in asked])):
            try:
                for one, outcome in zip(asked, self._outcomes(asked), strict=True):
                    one.answer(outcome)
            except BaseException:  # noqa: BLE001 - the edge: who is not answered now never will be
                failed = incident(f"a job of {len(asked)} requests broke off")
                for one in asked:
                    one.answer(failed)

    def _outcomes(self, asked: list[Asked]) -> Sequence[Any]:
        turns = self._turns
        spans = [one.span for one in asked]
        link(spans)
        with turns.job(self._watch(asked)) as job, under(*spans):
            try:
                outcomes = run(
                    lambda calls: self._engine.run(calls, job),
                    [one.call for one in asked],
                    [one.requests for one in asked],
                )
            except Stopped:
                _log_stopped(self._spec, asked, job, turns.clock())
                outcomes = [_ending() for _ in asked]
        _count(asked, job, outcomes)
        return outcomes

    def _start(self, one: Asked) -> None:
        """Lets a long request wait in a thread of its own, once few enough are waiting."""
        duration_s = one.call.duration_s
        try:
            self._hall.enter(duration_s, self._watch([one]))
        except Stopped:
            one.answer(_ending())
            self._change_work([one], -1)
            return
        self._turns.expect()
        try:
            Thread(target=self._work_apart, args=[one], name=self._spec.name, daemon=True).start()
        except RuntimeError:  # the machine has no thread left
            one.answer(incident("a request got no thread"))
            self._hall.leave(duration_s)
            self._change_work([one], -1)
            self._turns.settle()

    def _work_apart(self, one: Asked) -> None:
        duration_s = one.call.duration_s
        try:
            self._room.enter(duration_s, self._watch([one]))
            try:
                self._work_for([one])
            finally:
                self._room.leave(duration_s)
        except Stopped:
            one.answer(_ending())
        finally:
            self._hall.leave(duration_s)
            self._change_work([one], -1)
            self._turns.settle()

    def _change_work(self, asked: Sequence[Asked], sign: int) -> None:
        """Counts recordings that were taken (1), or that are answered (-1)."""
        with self._changing:
            self._in_work_s += sign * sum(one.call.duration_s for one in asked)
            COUNTS.show(AlignmentMeters.IN_WORK_S, max(self._in_work_s, 0.0))

    def _watch(self, asked: Sequence[Asked]) -> _Watch:
        return _Watch(asked, self._turns, self._sharing.look_every_s)


def _ending() -> ServerUnreachable:
    return ServerEnding()


class _Watch:
    """Checks now and then whether anybody still waits for these requests; if not, stops the job."""

    def __init__(self, asked: Sequence[Asked], turns: Turns, every_s: float) -> None:
        self._asked, self._turns, self._every_s = asked, turns, every_s
        self._last_s = -inf

    def __call__(self) -> None:
        self._turns.check()
        now_s = self._turns.clock()
        if now_s - self._last_s < self._every_s:
            return
        self._last_s = now_s
        for one in self._asked:
            one.look()
        if all(one.is_answered for one in self._asked):
            raise Stopped


def _count(asked: Sequence[Asked], job: Job, outcomes: Sequence[Any]) -> None:
    """Counts the work of a job that has ended."""
    COUNTS.add(AlignmentMeters.WORK_S, job.received_s)
    if job.first_s is not None:
        COUNTS.add(AlignmentMeters.QUEUE_S, sum(job.first_s - one.since_s for one in asked))
    for one, outcome in zip(asked, outcomes, strict=True):
        if not isinstance(outcome, Exception):
            COUNTS.add(AlignmentMeters.AUDIO_S, one.call.duration_s)


def _log_stopped(spec: ModelSpec, asked: Sequence[Asked], job: Job, now_s: float) -> None:
    logger.info(
        "%s: stopped %d of %.0f s of audio after %d pieces, %.1f s of work in %.1f s",
        spec.name, len(asked), sum(one.call.duration_s for one in asked), job.n_pieces,
        job.received_s, now_s - job.began_s,
    )  # fmt: skip


def _batches(asked: Sequence[Asked], most_s: float) -> list[list[Asked]]:
    """Requests in batches, in order: each has at most ``most_s`` of audio, or one request."""
    batches: list[list[Asked]] = []
    total_s = inf
    for one in asked:
        total_s += one.call.duration_s
        if total_s > most_s:
            batches.append([])
            total_s = one.call.duration_s
        batches[-1].append(one)
    return batches
