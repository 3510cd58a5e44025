"""Serves the engine: calls come at any time, and each is answered when it is done."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread

from wordlight.contract import SpeechMeters
from wordlight.errors import ServerEnding, ServerUnreachable
from wordlight.logs import Requests, requests_now, working_for
from wordlight.speech._calls import SpeechAnswer, SpeechCall
from wordlight.speech._engine import SpeechEngine
from wordlight.speech._meters import Meters, NoMeters
from wordlight.speech._narration import Narration, Plan
from wordlight.speech._order import Account
from wordlight.speech._outcome import outcome
from wordlight.speech._vocoding import Beside, Between
from wordlight.tracing import NO_SPAN, Span, current, stage

logger = logging.getLogger(__name__)

Done = Callable[[SpeechAnswer | Exception], None]

PLANNED_AT_ONCE, TRANSCRIBED_AT_ONCE = 8, 8
"""How many calls are read and checked side by side. Calls whose reference must be transcribed wait
for another model, so they have threads of their own."""
LOOK_EVERY_S = 0.1
"""The interval at which the service checks whether each caller still waits. Asking Triton takes a
moment."""
MOST_QUEUED_S, MOST_COUNTED_S = 120.0, 4.0
"""The most work in the queue: as much as a request may wait for in Triton's own queue. A long call
counts at most as the second figure, because others pass it."""
ACCOUNT_KEPT_S = 600.0
"""How long a stream's account is kept after its latest piece."""
MOST_HELD_S = 4 * 3_600.0
"""The most speech in the queue. A second of it takes 0.1 MB, and three times that when it is
answered."""


@dataclass(slots=True, eq=False)
class _Open:
    """A call that is not yet answered. ``is_gone``: nobody waits for it any more; ``traced``: the
    span of its request, if it has one."""

    expected_s: float
    done: Done
    is_wanted: Callable[[], bool]
    requests: Requests = field(default_factory=requests_now)
    narration: Narration | None = None
    is_gone: bool = False
    traced: tuple[Span, ...] = field(default_factory=current)

    @property
    def left_s(self) -> float:
        """The approximate length of the call's remaining speech, in seconds."""
        return self.expected_s if self.narration is None else self.narration.left_s


class Accounts:
    """The account that the pieces of a stream share, found by their request id.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[Account, float]] = OrderedDict()
        self._changing = Lock()

    def of(self, call: SpeechCall) -> Account | None:
        """The account of the narration to which the call belongs; None if it is not a piece."""
        if call.task != "piece" or not call.request_id:
            return None
        now_s = self._clock()
        with self._changing:
            account, _ = self._known.pop(call.request_id, (Account(), now_s))
            self._known[call.request_id] = account, now_s
            while next(iter(self._known.values()))[1] < now_s - ACCOUNT_KEPT_S:
                self._known.popitem(last=False)
        return account


class SpeechService:
    """Speaks for any number of callers.

    Its threads: some read and check calls; one looks whether callers still wait; one lays out,
    samples and, on a CPU, runs the vocoder; one joins and answers.

    Args:
        engine: Speaks.
        meters: Take the counts.
    """

    def __init__(self, engine: SpeechEngine, meters: Meters | None = None) -> None:
        self._engine, self._meters = engine, meters or NoMeters()
        self._wake, self._closed = Event(), Event()
        self._came: SimpleQueue[Narration] = SimpleQueue()
        self._open: set[_Open] = set()
        self._changing = Lock()
        self._n_references = (0, 0)
        self._planners = ThreadPoolExecutor(PLANNED_AT_ONCE, "plan")
        self._transcribers = ThreadPoolExecutor(TRANSCRIBED_AT_ONCE, "transcribe")
        self._answerer = ThreadPoolExecutor(1, "answer")
        on_gpu = engine.sampler.velocity.device.type == "cuda"
        self._vocoding = (
            Beside(engine.vocoder, self._wake.set) if on_gpu else Between(engine.vocoder)
        )
        self._accounts = Accounts()
        self._schedule = engine.schedule(self._vocoding, self._answer_apart, self._meters)
        self._threads = [
            Thread(target=self._work, name="sampler", daemon=True),
            Thread(target=self._watch, name="watch", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self, call: SpeechCall, done: Done, is_wanted: Callable[[], bool] = lambda: True
    ) -> None:
        """Takes on a call.

        Args:
            call: What to say.
            done: Called once, in any thread, with the answer or an error; never called if the
                call was not wanted any more.
            is_wanted: Called now and then, in a thread of its own.
        """
        one = _Open(call.expected_s, done, is_wanted)
        with self._changing:
            self._open.add(one)
        is_heard_first = call.reference_audio is not None and call.reference_text is None
        try:
            pool = self._transcribers if is_heard_first else self._planners
            pool.submit(copy_context().run, self._plan, call, one)
        except RuntimeError as error:  # it is closed, or the machine has no thread left
            self._settle(one, _ending() if self._closed.is_set() else error)
            return
        if self._closed.is_set():  # it was closed meanwhile
            self._settle(one, _ending())

    @property
    def queued_s(self) -> float:
        """The approximate work in the queue, in seconds. A long call counts as `MOST_COUNTED_S`."""
        factor = self._schedule.real_time_factor
        return sum(min(factor * one.left_s, MOST_COUNTED_S) for one in self._waiting())

    def has_room(self) -> bool:
        """Whether the queue has room; there is always room for one call."""
        held_s = sum(one.expected_s for one in self._waiting())
        return held_s == 0 or (self.queued_s < MOST_QUEUED_S and held_s < MOST_HELD_S)

    def close(self, within_s: float = 10.0) -> None:
        """Stops before the next step. Whoever still waits gets the error `ServerEnding`."""
        self._closed.set()
        self._wake.set()
        for pool in (self._planners, self._transcribers):
            pool.shutdown(wait=False, cancel_futures=True)
        for thread in self._threads:
            thread.join(within_s)
            if thread.is_alive():
                logger.warning("the thread %s did not end in %.0f s", thread.name, within_s)
        for one in self._waiting():
            self._settle(one, _ending())
        self._vocoding.close()
        self._answerer.shutdown(wait=True)

    def _waiting(self) -> list[_Open]:
        with self._changing:
            return list(self._open)

    def _settle(self, one: _Open, answer: SpeechAnswer | Exception) -> None:
        """Answers a call, unless it was answered or dropped."""
        if self._forget(one):
            one.done(answer)

    def _forget(self, one: _Open) -> bool:
        with self._changing:
            was_open = one in self._open
            self._open.discard(one)
            return was_open

    def _plan(self, call: SpeechCall, one: _Open) -> None:
        if one.is_gone:
            self._meters.add(SpeechMeters.DROPPED)
            return
        plan = outcome(partial(self._read, call))
        self._count_references()
        if isinstance(plan, Exception):
            self._meters.add(SpeechMeters.FAILED)
            self._settle(one, plan)
            return
        if call.task == "plan":
            self._settle(one, outcome(plan.outline))
            return
        narration = Narration(
            plan,
            partial(self._settle, one),
            lambda: not one.is_gone,
            self._schedule.clock(),
            self._accounts.of(call),
        )
        narration.span = one.traced[0].begin("speaking") if one.traced else NO_SPAN
        one.narration = narration
        self._came.put(narration)
        self._wake.set()

    @stage("reading")
    def _read(self, call: SpeechCall) -> Plan:
        return self._engine.plan(call)

    def _count_references(self) -> None:
        known = self._engine.references
        with self._changing:
            before, self._n_references = self._n_references, (known.n_found, known.n_made)
            after = self._n_references
        self._meters.add(SpeechMeters.VOICE_HITS, after[0] - before[0])
        self._meters.add(SpeechMeters.VOICE_MISSES, after[1] - before[1])

    def _watch(self) -> None:
        """Drops the calls that nobody waits for."""
        while not self._closed.wait(LOOK_EVERY_S):
            for one in self._waiting():
                try:
                    one.is_gone = not one.is_wanted()
                except Exception:
                    with working_for(one.requests):
                        logger.exception("it is not known whether a caller still waits")
                if one.is_gone:
                    self._forget(one)
                    self._wake.set()

    def _work(self) -> None:
        while not self._closed.is_set():
            try:
                self._admit()
                is_busy = self._schedule.turn()
                self._meters.show(SpeechMeters.IN_WORK, len(self._waiting()))
                self._meters.show(SpeechMeters.QUEUED_S, self.queued_s)
            except Exception as error:
                with working_for(Requests.of([one.requests for one in self._waiting()])):
                    logger.exception("the schedule failed; all that it had is lost")
                self._schedule.end_all(error)
                continue
            if not is_busy:
                self._wake.wait(LOOK_EVERY_S)
                self._wake.clear()
        self._admit()
        self._schedule.end_all(_ending())

    def _admit(self) -> None:
        while True:
            try:
                self._schedule.add(self._came.get_nowait())
            except Empty:
                return

    def _answer_apart(self, narration: Narration) -> None:
        self._answerer.submit(self._answer, narration)

    def _answer(self, narration: Narration) -> None:
        with working_for(narration.requests):
            self._join(narration)

    def _join(self, narration: Narration) -> None:
        answer = outcome(narration.answer)
        is_answered = isinstance(answer, SpeechAnswer)
        self._meters.add(SpeechMeters.REQUESTS if is_answered else SpeechMeters.FAILED)
        narration.end(answer)


def _ending() -> ServerUnreachable:
    return ServerEnding()
