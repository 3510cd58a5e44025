"""An ``execute`` whose short requests pass its long ones, and that works for nobody who is gone.

Short recordings that came together are one job, so that they go through the models as one batch;
``execute`` waits for it, so that meanwhile Triton gathers the next batch. Every long one is a job
of its own, and is answered when it is done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from threading import Condition, Thread
from typing import Any, Protocol

from wordlight.contract import ModelSpec
from wordlight.errors import DeadlineExceeded, ServerUnreachable
from wordlight.serving._adapter import Cancelled, incident, read, run, send
from wordlight.serving._turns import MOST_JOBS, Job, Stopped, Turns

logger = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.25
"""How often it is looked, while a request waits for room, whether its caller is still there."""


class PiecewiseEngine(Protocol):
    """What a model's engine offers that does its work piece by piece."""

    def run(self, calls: Sequence[Any], work: Any) -> Sequence[Any]:
        """Answers, or errors of ours, in the order of the calls; ``work`` runs each piece."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Which recordings share a job, and how much there may be at once."""

    longest_short_s: float = 30.0
    short_together_s: float = 60.0
    most_long: int = MOST_JOBS - 1
    most_long_s: float = 7200.0
    """Each second takes about 0.2 MB of memory until it is answered, if it came at 24 kHz."""
    look_every_s: float = 0.1
    """How often it is looked whether a caller is gone: asking Triton takes a moment."""


def serve_in_turns(
    spec: ModelSpec,
    call_type: type,
    engine: PiecewiseEngine,
    pb_utils: Any,
    turns: Turns,
    sharing: Sharing = Sharing(),
) -> Callable[[list[Any]], None]:
    """The ``execute`` of a model whose requests take from a second to minutes.

    While there are as many long ones as there may be, ``execute`` does not return, and Triton's
    queue holds the rest, refuses and times out. A request that is cancelled, or not done within its
    timeout, stops before its next piece. Needs Triton 24.06 or later, as ``serve_apart`` does.

    Args:
        spec: The model's tensors.
        call_type: The engine's typed call, as for ``serve``; its ``duration_s`` is its length.
        engine: Runs the calls of one job.
        pb_utils: Triton's module.
        turns: Who works next; its thread runs every piece.
        sharing: Which requests are short.
    """
    return _Desk(spec, call_type, engine, pb_utils, turns, sharing).execute


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
    ) -> None:
        self._spec, self._call_type, self._pb_utils = spec, call_type, pb_utils
        self._engine, self._turns, self._sharing = engine, turns, sharing
        self._room = _Room(sharing.most_long, sharing.most_long_s)

    def execute(self, requests: list[Any]) -> None:
        """Answers the short ones, and lets each long one begin once there is room."""
        now_s = self._turns.clock()
        asked = [
            _Asked(self._spec, self._call_type, request, self._pb_utils, now_s)
            for request in requests
        ]
        good = [one for one in asked if not one.is_answered]
        short = [one for one in good if one.call.duration_s <= self._sharing.longest_short_s]
        for batch in _batches(short, self._sharing.short_together_s):
            self._work_for(batch)
        for one in good:
            is_long = one.call.duration_s > self._sharing.longest_short_s
            if is_long and _enter(self._room, one, self._turns):
                self._start(one)

    def _work_for(self, asked: list[_Asked]) -> None:
        """Answers them all; what goes wrong is logged."""
        outcomes: Sequence[Any]
        turns = self._turns
        with turns.job(_Watch(asked, turns.clock, self._sharing.look_every_s)) as job:
            try:
                outcomes = run(
                    lambda calls: self._engine.run(calls, job), [one.call for one in asked]
                )
            except Stopped:
                _log_stopped(self._spec, asked, job, turns.clock())
                outcomes = [ServerUnreachable("the server is ending") for _ in asked]
        for one, outcome in zip(asked, outcomes, strict=True):
            one.answer(outcome)

    def _start(self, one: _Asked) -> None:
        try:
            Thread(target=self._work_apart, args=[one], name=self._spec.name, daemon=True).start()
        except RuntimeError:  # the machine has no thread left
            self._room.leave(one.call.duration_s)
            one.answer(incident("a request got no thread"))

    def _work_apart(self, one: _Asked) -> None:
        try:
            self._work_for([one])
        finally:
            self._room.leave(one.call.duration_s)


class _Asked:
    """A request between its arrival and its one answer; all is done by one thread at a time."""

    def __init__(
        self, spec: ModelSpec, call_type: type, request: Any, pb_utils: Any, now_s: float
    ) -> None:
        self._spec, self._pb_utils = spec, pb_utils
        # Not the request itself: the tensors in shared memory would live as long as it does.
        self._sender = request.get_response_sender()
        self._wanted = list(request.requested_output_names())
        self._timeout_s = request.timeout() / 1e6
        self.ends_s = now_s + self._timeout_s if self._timeout_s else inf
        self.is_answered = False
        self.call = read(spec, call_type, request, pb_utils, is_kept=True)
        if not isinstance(self.call, call_type):
            self.answer(self.call)

    def answer(self, outcome: Any) -> None:
        """Sends the answer, unless there was one: Triton forgets a request once it is answered."""
        if not self.is_answered:
            self.is_answered = True
            send(self._spec, outcome, self._wanted, self._sender, self._pb_utils)

    def look(self, now_s: float) -> None:
        """Answers if nobody waits any more, or not so long."""
        if self.is_answered:
            return
        if self._sender.is_cancelled():
            self.answer(Cancelled())
        elif now_s > self.ends_s:
            given = f"its timeout of {self._timeout_s:g} s"
            self.answer(DeadlineExceeded(f"{self._spec.name} was not done within {given}"))


class _Watch:
    """Looks now and then whether somebody still waits for one of these; else it stops the job."""

    def __init__(self, asked: Sequence[_Asked], clock: Callable[[], float], every_s: float) -> None:
        self._asked, self._clock, self._every_s = asked, clock, every_s
        self._last_s = -inf

    def __call__(self) -> None:
        now_s = self._clock()
        if now_s - self._last_s < self._every_s:
            return
        self._last_s = now_s
        for one in self._asked:
            one.look(now_s)
        if all(one.is_answered for one in self._asked):
            raise Stopped


def _log_stopped(spec: ModelSpec, asked: Sequence[_Asked], job: Job, now_s: float) -> None:
    logger.info(
        "%s: stopped %d of %.0f s of audio after %d pieces, %.1f s of work in %.1f s",
        spec.name, len(asked), sum(one.call.duration_s for one in asked), job.n_pieces,
        job.received_s, now_s - job.began_s,
    )  # fmt: skip


def _batches(asked: Sequence[_Asked], most_s: float) -> list[list[_Asked]]:
    """Those that go together, in their order: at most so many seconds of audio, or one."""
    batches: list[list[_Asked]] = []
    total_s = inf
    for one in asked:
        total_s += one.call.duration_s
        if total_s > most_s:
            batches.append([])
            total_s = one.call.duration_s
        batches[-1].append(one)
    return batches


class _Room:
    """How many jobs there may be at once, and of how much audio; one may always be there."""

    def __init__(self, most: int, most_s: float) -> None:
        self._most, self._most_s = most, most_s
        self._n, self._total_s = 0, 0.0
        self._changed = Condition()

    def enter(self, duration_s: float, within_s: float) -> bool:
        """Whether room came free in that time."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._fits(duration_s), within_s):
                return False
            self._n, self._total_s = self._n + 1, self._total_s + duration_s
            return True

    def leave(self, duration_s: float) -> None:
        """Makes room again."""
        with self._changed:
            self._n, self._total_s = self._n - 1, self._total_s - duration_s
            self._changed.notify_all()

    def _fits(self, duration_s: float) -> bool:
        fits = self._n < self._most and self._total_s + duration_s <= self._most_s
        return self._n == 0 or fits


def _enter(room: _Room, one: _Asked, turns: Turns) -> bool:
    """Waits for room; False if the request was answered meanwhile, by its end."""
    while not room.enter(one.call.duration_s, _LOOK_EVERY_S):
        one.look(turns.clock())
        if one.is_answered:
            return False
    return True
