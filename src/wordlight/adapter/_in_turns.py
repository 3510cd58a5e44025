"""An ``execute`` whose short requests pass its long ones, and that works for nobody who is gone.

Short recordings that came together are one job, so that they go through the models as one batch;
``execute`` waits for it, so that meanwhile Triton gathers the next batch. Every long one is a job
of its own, waits in its own thread until there is room for it, and is answered when it is done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from threading import Thread
from typing import Any, Protocol

from wordlight.adapter._adapter import incident, run
from wordlight.adapter._asked import Asked
from wordlight.adapter._cancelled import NEVER, Cancellations
from wordlight.adapter._room import Room
from wordlight.adapter._turns import MOST_JOBS, Job, Stopped, Turns
from wordlight.contract import ModelSpec
from wordlight.errors import ServerEnding, ServerUnreachable

logger = logging.getLogger(__name__)


class PiecewiseEngine(Protocol):
    """What a model's engine offers that does its work piece by piece."""

    def run(self, calls: Sequence[Any], work: Any) -> Sequence[Any]:
        """Answers, or errors of ours, in the order of the calls; ``work`` runs each piece."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Which recordings share a job, how much is worked at, and how much more may wait for it."""

    longest_short_s: float = 30.0
    short_together_s: float = 60.0
    most_long: int = MOST_JOBS - 1
    most_long_s: float = 7200.0
    """Each second takes about 0.2 MB of memory until it is answered, if it came at 24 kHz."""
    most_waiting: int = 32
    most_waiting_s: float = 7200.0
    """Each second takes 0.1 MB of memory while it waits, if it came at 24 kHz."""
    look_every_s: float = 0.1
    """How often we check whether the caller is still there: asking Triton takes a moment."""


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

    Short ones pass long ones, whether these are worked at or wait for room. Only while as many
    long ones wait as may, ``execute`` does not return, and Triton's queue holds the rest, refuses
    and times out. A request that is cancelled, or not done within its timeout, stops before its
    next piece. Needs Triton 24.06 or later, as ``serve_apart`` does.

    Args:
        spec: The model's tensors.
        call_type: The engine's typed call, as for ``serve``; its ``duration_s`` is its length.
        engine: Runs the calls of one job.
        pb_utils: Triton's module.
        turns: Who works next; its thread runs every piece.
        sharing: Which requests are short.
        cancellations: The ids that nobody waits for any more.
    """
    return _Desk(spec, call_type, engine, pb_utils, turns, sharing, cancellations).execute


class _Desk:
    """Where requests come in, and from which each goes to its job."""

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
        self._room = Room(sharing.most_long, sharing.most_long_s)
        self._hall = Room(
            sharing.most_long + sharing.most_waiting, sharing.most_long_s + sharing.most_waiting_s
        )

    def execute(self, requests: list[Any]) -> None:
        """Answers the short ones, and lets each long one begin once there is room."""
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
        for batch in _batches(short, self._sharing.short_together_s):
            self._work_for(batch)
        for one in good:
            if one.call.duration_s > self._sharing.longest_short_s:
                self._start(one)
        self._turns.settle()

    def _work_for(self, asked: list[Asked]) -> None:
        """Answers them all; what goes wrong is logged."""
        try:
            for one, outcome in zip(asked, self._outcomes(asked), strict=True):
                one.answer(outcome)
        except BaseException:  # noqa: BLE001 - the edge: whoever is not answered now never will be
            failed = incident(f"a job of {len(asked)} requests broke off")
            for one in asked:
                one.answer(failed)

    def _outcomes(self, asked: list[Asked]) -> Sequence[Any]:
        turns = self._turns
        with turns.job(self._watch(asked)) as job:
            try:
                return run(lambda calls: self._engine.run(calls, job), [one.call for one in asked])
            except Stopped:
                _log_stopped(self._spec, asked, job, turns.clock())
                return [_ending() for _ in asked]

    def _start(self, one: Asked) -> None:
        """Lets a long one wait in a thread of its own, once few enough do."""
        duration_s = one.call.duration_s
        try:
            self._hall.enter(duration_s, self._watch([one]))
        except Stopped:
            one.answer(_ending())
            return
        self._turns.expect()
        try:
            Thread(target=self._work_apart, args=[one], name=self._spec.name, daemon=True).start()
        except RuntimeError:  # the machine has no thread left
            one.answer(incident("a request got no thread"))
            self._hall.leave(duration_s)
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
            self._turns.settle()

    def _watch(self, asked: Sequence[Asked]) -> _Watch:
        return _Watch(asked, self._turns, self._sharing.look_every_s)


def _ending() -> ServerUnreachable:
    return ServerEnding()


class _Watch:
    """Checks now and then whether somebody still waits for one of these; else it stops the job."""

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


def _log_stopped(spec: ModelSpec, asked: Sequence[Asked], job: Job, now_s: float) -> None:
    logger.info(
        "%s: stopped %d of %.0f s of audio after %d pieces, %.1f s of work in %.1f s",
        spec.name, len(asked), sum(one.call.duration_s for one in asked), job.n_pieces,
        job.received_s, now_s - job.began_s,
    )  # fmt: skip


def _batches(asked: Sequence[Asked], most_s: float) -> list[list[Asked]]:
    """Those that go together, in their order: at most so many seconds of audio, or one."""
    batches: list[list[Asked]] = []
    total_s = inf
    for one in asked:
        total_s += one.call.duration_s
        if total_s > most_s:
            batches.append([])
            total_s = one.call.duration_s
        batches[-1].append(one)
    return batches
