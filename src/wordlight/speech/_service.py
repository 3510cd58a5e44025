"""The engine as it serves: calls come at any time, and each is answered when it is done."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread

from wordlight.contract import SpeechMeters
from wordlight.errors import ServerUnreachable
from wordlight.speech._calls import SpeechAnswer, SpeechCall
from wordlight.speech._engine import SpeechEngine
from wordlight.speech._meters import Meters, NoMeters
from wordlight.speech._narration import Narration
from wordlight.speech._vocoding import Beside, Between

logger = logging.getLogger(__name__)

Done = Callable[[SpeechAnswer | Exception], None]

PLANNED_AT_ONCE = 16
"""Calls that are read and checked side by side; some wait for a reference to be transcribed."""
SWITCH_S = 0.0005
"""How long a thread that runs Python may keep another waiting. The sampler asks for its turn at
every operator: with Python's own 5 ms, a long text that is being read would hold a step up for
seconds."""
IDLE_S = 0.1
"""How often, with no row to advance, it is looked whether callers still wait."""
LONGEST_COUNTED_S = 4.0
"""What a long narration counts among the work that others wait for: they pass it."""


class SpeechService:
    """Speaks for as many callers as come.

    Three kinds of threads: some read and check calls; one lays out, samples and, on a CPU, runs
    the vocoder; one joins and answers.

    Args:
        engine: What speaks.
        meters: Where it counts.
    """

    def __init__(self, engine: SpeechEngine, meters: Meters | None = None) -> None:
        sys.setswitchinterval(SWITCH_S)
        self._engine, self._meters = engine, meters or NoMeters()
        self._wake, self._is_closed = Event(), False
        self._admitting, self._is_over = Lock(), False
        self._came: SimpleQueue[Narration] = SimpleQueue()
        self._planned: dict[int, float] = {}
        self._n_references, self._counting = (0, 0), Lock()
        self._planners = ThreadPoolExecutor(PLANNED_AT_ONCE, thread_name_prefix="plan")
        self._answerer = ThreadPoolExecutor(1, thread_name_prefix="answer")
        on_gpu = engine.sampler.velocity.device.type == "cuda"
        self._vocoding = (
            Beside(engine.vocoder, self._wake.set) if on_gpu else Between(engine.vocoder)
        )
        self._schedule = engine.schedule(
            self._vocoding, lambda one: self._apart(self._finish, one), self._meters
        )
        self._thread = Thread(target=self._work, name="sampler", daemon=True)
        self._thread.start()

    def submit(
        self, call: SpeechCall, done: Done, is_wanted: Callable[[], bool] = lambda: True
    ) -> None:
        """Takes on a call.

        Args:
            call: What to say.
            done: Called once, in a thread of the service, with the answer or with what went wrong;
                never, if the call was not wanted any more.
            is_wanted: Asked between two steps, in the sampler's thread.
        """
        self._planned[id(call)] = call.expected_s
        try:
            planning = self._planners.submit(self._plan, call, done, is_wanted)
        except RuntimeError:  # it is closed
            del self._planned[id(call)]
            done(_ending())
            return
        planning.add_done_callback(lambda one: done(_ending()) if one.cancelled() else None)

    @property
    def queued_s(self) -> float:
        """About how many seconds of work are taken on; a long narration counts little."""
        spoken = list(self._schedule.narrations)
        left_s = list(self._planned.values()) + [one.left_s for one in spoken]
        factor = self._schedule.real_time_factor or 0.0
        return sum(min(factor * seconds, LONGEST_COUNTED_S) for seconds in left_s)

    def close(self, within_s: float = 10.0) -> None:
        """Stops before the next step; whoever still waits is told that the server is ending."""
        self._is_closed = True
        self._wake.set()
        self._planners.shutdown(wait=False, cancel_futures=True)
        self._thread.join(within_s)
        if self._thread.is_alive():
            logger.warning("a step did not end within %.0f s", within_s)
        self._vocoding.close()
        self._answerer.shutdown(wait=True)

    def _plan(self, call: SpeechCall, done: Done, is_wanted: Callable[[], bool]) -> None:
        try:
            plan = self._engine.plan(call)
        except Exception as error:  # noqa: BLE001 - whoever called decides what it means
            self._meters.add(SpeechMeters.FAILED)
            done(error)
            return
        finally:
            del self._planned[id(call)]
            self._count_references()
        narration = Narration(plan, done, is_wanted, self._schedule.clock())
        with self._admitting:
            if not self._is_over:
                self._came.put(narration)
                self._wake.set()
                return
        done(_ending())

    def _count_references(self) -> None:
        known = self._engine.references
        with self._counting:
            before, self._n_references = self._n_references, (known.n_found, known.n_made)
        self._meters.add(SpeechMeters.VOICE_HITS, self._n_references[0] - before[0])
        self._meters.add(SpeechMeters.VOICE_MISSES, self._n_references[1] - before[1])

    def _work(self) -> None:
        while not self._is_closed:
            self._admit()
            if not self._schedule.turn():
                self._wake.wait(IDLE_S)
                self._wake.clear()
        with self._admitting:
            self._is_over = True
        self._admit()
        self._schedule.end_all(_ending())

    def _admit(self) -> None:
        while True:
            try:
                self._schedule.add(self._came.get_nowait())
            except Empty:
                return

    def _finish(self, narration: Narration) -> None:
        try:
            outcome: SpeechAnswer | Exception = narration.answer()
        except Exception as error:  # noqa: BLE001 - whoever called decides what it means
            outcome = error
        narration.end(outcome)

    def _apart(self, work: Callable[[Narration], None], narration: Narration) -> None:
        self._answerer.submit(work, narration)


def _ending() -> ServerUnreachable:
    return ServerUnreachable("the server is ending")
