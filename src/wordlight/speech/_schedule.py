"""Chooses the rows for the next step of the network: continuous batching for flow matching.

Rows of all narrations advance one Euler step at a time, each on its own grid at its own step, and
enter and leave between steps, as sequences do in a language model's server (Orca, OSDI 2022). The
frames of a step are bounded. ``Order`` decides whose rows come next. Rows that wait keep their
state, so that waiting changes no result.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from wordlight.contract import Meter, SpeechMeters
from wordlight.logs import Requests, working_for
from wordlight.speech._memory import forget_spare, is_out_of_memory
from wordlight.speech._narration import Narration, Part
from wordlight.speech._order import Order
from wordlight.speech._outcome import outcome
from wordlight.tracing import link

if TYPE_CHECKING:
    from wordlight.speech._meters import Meters
    from wordlight.speech._vocoding import Vocoded, Vocoding
    from wordlight.speech.flow import Sampler

logger = logging.getLogger(__name__)

N_LATEST = 8
"""The number of narrations over which the real-time factor is averaged."""
N_GOOD_STEPS = 256
"""After memory ran out, the steps that must succeed before a quarter more frames are tried."""


class Schedule:
    """The narrations that are being spoken. Only one thread may use it.

    Args:
        sampler: Takes the steps.
        vocoding: Turns mels into waves.
        most_frames: The most frames of a step. A single row may have more.
        finish: Answers a narration whose parts are all spoken.
        meters: Take the counts.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        sampler: Sampler,
        vocoding: Vocoding,
        most_frames: int,
        finish: Callable[[Narration], None],
        meters: Meters,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self.most_frames = self._limit = most_frames
        self.real_time_factor = 1.0
        """Time in the engine divided by speech made, of the latest narrations; at first a guess."""
        self._sampler, self._vocoding, self._finish = sampler, vocoding, finish
        self._meters, self._order = meters, Order(clock)
        self._narrations: list[Narration] = []
        self._n_answered = self._n_good_steps = self._n_found = self._n_computed = 0

    @property
    def narrations(self) -> Sequence[Narration]:
        """The narrations that are neither spoken nor ended."""
        return self._narrations

    def add(self, narration: Narration) -> None:
        """Takes a narration on."""
        self._narrations.append(narration)

    def turn(self) -> bool:
        """Takes one step, and collects finished waves; returns False if no row is due now."""
        self._drop_unwanted()
        self._hear()
        self._conclude()
        parts = self._prepare()
        if parts:
            self._advance(parts)
            self._hear()
        self._conclude()
        self._show()
        return bool(parts)

    def end_all(self, error: Exception) -> None:
        """Ends every narration with that error."""
        for narration in list(self._narrations):
            self._end(narration, error)

    def _drop_unwanted(self) -> None:
        for narration in [one for one in self._narrations if not one.is_wanted()]:
            with working_for(narration.requests):
                logger.info(
                    "stopped after %.1f s of about %.0f s of speech: %.1f s of work in %.1f s",
                    narration.spoken_s, narration.plan.expected_s, narration.received_s,
                    self.clock() - narration.began_s,
                )  # fmt: skip
            self._narrations.remove(narration)
            narration.drop()
            self._meters.add(SpeechMeters.DROPPED)

    def _end(self, narration: Narration, error: Exception) -> None:
        if narration in self._narrations:
            self._narrations.remove(narration)
            narration.end(error)
            self._meters.add(SpeechMeters.FAILED)

    # Which rows.

    def _prepare(self) -> list[Part]:
        """The parts of the next step, all begun: as many as fit, in the order of who is due."""
        parts: list[Part] = []
        n_frames = 0
        for narration in self._order.of(self._narrations, self.real_time_factor):
            for index in count():
                part = self._laid_out(narration, index)
                if part is None:
                    break
                least = part.utterance.n_frames if part.row is None else part.row.cost
                if parts and n_frames + least > self.most_frames:
                    return self._alive(parts)
                if part.row is None and not self._begin(part):
                    break
                assert part.row is not None
                parts.append(part)
                n_frames += part.row.cost
                if n_frames >= self.most_frames:
                    return self._alive(parts)
        return self._alive(parts)

    @staticmethod
    def _alive(parts: list[Part]) -> list[Part]:
        """The parts without those of narrations that ended while parts were laid out."""
        return [part for part in parts if not part.narration.is_ended]

    def _laid_out(self, narration: Narration, index: int) -> Part | None:
        """The part at that index; None if there is none.

        If its text cannot be said, the narration is ended.
        """
        if index < len(narration.parts):
            return narration.parts[index]
        with self._charged([narration], SpeechMeters.LAYOUT_S):
            part = outcome(narration.lay_out)
        if isinstance(part, Exception):
            self._end(narration, part)
            return None
        return part

    def _begin(self, part: Part) -> bool:
        """Begins the part's row. If that fails, puts the part off once, or ends its narration."""
        with self._charged([part.narration], SpeechMeters.LAYOUT_S):
            row = outcome(partial(self._sampler.begin, part.utterance))
        if isinstance(row, Exception):
            self._fail(part, row)
            return False
        if part.index == 0 and part.attempt == 1:
            self._meters.add(SpeechMeters.QUEUE_S, self.clock() - part.narration.began_s)
        part.row = row
        return True

    def _advance(self, parts: Sequence[Part]) -> None:
        """Takes the step, and gives rows that are done to the vocoder."""
        rows = [part.row for part in parts if part.row is not None]
        costs = [row.cost for row in rows]
        with self._charged([part.narration for part in parts], SpeechMeters.SAMPLER_S, costs):
            failure = outcome(partial(self._sampler.step, rows))
        if isinstance(failure, Exception):
            self._recover(parts, sum(costs), failure)
            return
        link([part.narration.span for part in parts])
        self._note_step(len(rows), sum(costs))
        for part, row in zip(parts, rows, strict=True):
            if row.is_done:
                part.narration.parts.remove(part)
                self._vocode(part)

    def _vocode(self, part: Part) -> None:
        assert part.row is not None
        failure = outcome(partial(self._vocoding.start, part, part.row.answer))
        if isinstance(failure, Exception):
            self._end(part.narration, failure)

    def _recover(self, parts: Sequence[Part], n_frames: int, error: Exception) -> None:
        """Handles a failed step, which moved no row: retries with half the frames or row by row."""
        if len(parts) == 1:
            self._fail(parts[0], error)
        elif is_out_of_memory(error):
            _free(error)
            self.most_frames, self._n_good_steps = max(1, n_frames // 2), 0
            self._meters.add(SpeechMeters.SHRUNK)
            with working_for(Requests.of([part.narration.requests for part in parts])):
                said = "a step of %d frames found no memory; now at most %d"
                logger.warning(said, n_frames, self.most_frames)
        else:
            for part in parts:
                if not part.narration.is_ended:
                    self._advance([part])

    def _fail(self, part: Part, error: Exception) -> None:
        """Ends the part's narration. If memory ran out, the part is first put off once."""
        if is_out_of_memory(error) and not part.was_put_off:
            _free(error)
            part.was_put_off = True
            self._meters.add(SpeechMeters.SHRUNK)
            return
        self._end(part.narration, error)

    def _hear(self) -> None:
        for vocoded in self._vocoding.finished():
            part: Part = vocoded.owner
            narration = part.narration
            self._order.charge(narration, vocoded.took_s)
            self._meters.add(SpeechMeters.VOCODER_S, vocoded.took_s)
            if narration.is_ended:
                continue
            failure = outcome(partial(self._take, part, vocoded))
            if isinstance(failure, Exception):
                self._end(narration, failure)
                continue
            if not narration.parts:
                self._laid_out(narration, 0)  # so that a last part is known to be the last

    def _take(self, part: Part, vocoded: Vocoded) -> None:
        """Passes a wave to its narration. If memory ran out, the vocoder tries once more.

        Raises:
            Exception: There is no wave, or it was silent in every attempt.
        """
        if isinstance(vocoded.wave, Exception):
            if is_out_of_memory(vocoded.wave) and not part.was_put_off:
                _free(vocoded.wave)
                part.was_put_off = True
                self._vocode(part)
                return
            raise vocoded.wave
        narration = part.narration
        if narration.hear(part, vocoded.wave):
            self._meters.add(SpeechMeters.AUDIO_S, len(vocoded.wave) / narration.plan.rate_hz)
        else:
            self._meters.add(SpeechMeters.RETRIES)

    def _conclude(self) -> None:
        """Passes on the narrations that are completely spoken, to be answered."""
        for narration in [one for one in self._narrations if one.is_spoken]:
            self._narrations.remove(narration)
            latest = narration.received_s / max(narration.spoken_s, 0.1)
            self._n_answered += 1
            weight = 1 / min(self._n_answered, N_LATEST)
            self.real_time_factor += (latest - self.real_time_factor) * weight
            self._finish(narration)

    # What is counted.

    @contextmanager
    def _charged(
        self, narrations: Sequence[Narration], meter: Meter, costs: Sequence[int] = (1,)
    ) -> Iterator[None]:
        """Charges the time of the block to the narrations, in proportion to their costs."""
        began_s = self.clock()
        try:
            yield
        finally:
            took_s = self.clock() - began_s
            self._meters.add(meter, took_s)
            for narration, cost in zip(narrations, costs, strict=True):
                self._order.charge(narration, took_s * cost / sum(costs))

    def _note_step(self, n_rows: int, n_frames: int) -> None:
        self._meters.add(SpeechMeters.STEPS)
        self._meters.add(SpeechMeters.ROWS, n_rows)
        self._meters.add(SpeechMeters.FRAMES, n_frames)
        self._n_good_steps += 1
        if self._n_good_steps % N_GOOD_STEPS == 0:
            self.most_frames = min(self._limit, self.most_frames * 5 // 4 + 1)

    def _show(self) -> None:
        velocity = self._sampler.velocity
        self._meters.add(SpeechMeters.TIME_HITS, velocity.n_found - self._n_found)
        self._meters.add(SpeechMeters.TIME_MISSES, velocity.n_computed - self._n_computed)
        self._n_found, self._n_computed = velocity.n_found, velocity.n_computed
        self._meters.show(SpeechMeters.MOST_FRAMES, self.most_frames)
        self._meters.show(SpeechMeters.REAL_TIME_FACTOR, self.real_time_factor)
        self._meters.flush()


def _free(error: Exception) -> None:
    """Frees the memory that an error's traceback holds, and what torch keeps without use."""
    traceback.clear_frames(error.__traceback__)
    error.__traceback__ = None
    forget_spare()
