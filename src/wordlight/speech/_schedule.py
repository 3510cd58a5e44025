"""Which rows the network is evaluated for next: continuous batching for flow matching.

Rows of all narrations advance one Euler step at a time, each on its own grid at its own step, and
enter and leave between steps, as sequences do in a language model's server (Orca, OSDI 2022). The
frames of a step are bounded. The next row comes from the narration that has received least, so a
short one passes a long one; rows that wait keep their place, and go on with the same numbers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from wordlight.contract import Meter, SpeechMeters
from wordlight.speech._memory import forget_spare, is_out_of_memory
from wordlight.speech._narration import Narration, Part

if TYPE_CHECKING:
    from wordlight.speech._meters import Meters
    from wordlight.speech._sampler import Sampler
    from wordlight.speech._vocoding import Vocoding

logger = logging.getLogger(__name__)

QUANTUM_S = 4.0
"""Work that a narration receives before others of its length have their turn, and after which it
counts as long: equals that take turns from the start are all done late."""
SHARED, FEWEST = 0.5, 4
"""Long narrations are due half of the time between them, as if there were four at least, so that
they get on however many short ones come."""
N_LATEST = 8
"""Narrations that the real-time factor is averaged over."""
LOOK_EVERY_S = 0.1
"""How often it is asked whether somebody still waits: asking Triton takes a moment."""


class Schedule:
    """The narrations that are being spoken. One thread does all of it.

    Args:
        sampler: Takes the steps.
        vocoding: Makes waves of mels.
        most_frames: What a step may evaluate; one row may always.
        finish: Answers a narration whose parts are all spoken.
        meters: Where it counts.
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
        self.most_frames = most_frames
        self._sampler, self._vocoding, self._finish = sampler, vocoding, finish
        self._meters = meters
        self.real_time_factor: float | None = None
        """Time in the engine by speech made, of the latest narrations; None before the first."""
        self._narrations: list[Narration] = []
        self._looked_s = -LOOK_EVERY_S
        self._n_found = self._n_computed = 0

    @property
    def narrations(self) -> Sequence[Narration]:
        """Those that are neither spoken nor ended."""
        return self._narrations

    def add(self, narration: Narration) -> None:
        """Takes a narration on."""
        self._narrations.append(narration)

    def turn(self) -> bool:
        """Takes one step, and hears what came of earlier ones; False if no row is due now."""
        self._drop_unwanted()
        self._hear()
        parts = [part for part in self._due() if not part.narration.is_ended]
        if parts:
            self._advance(parts)
            self._hear()
        self._show()
        return bool(parts)

    def end_all(self, error: Exception) -> None:
        """Ends every narration with that error."""
        for narration in list(self._narrations):
            self._end(narration, error)

    def _drop_unwanted(self) -> None:
        now_s = self.clock()
        if now_s - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = now_s
        for narration in [one for one in self._narrations if not one.is_wanted()]:
            logger.info(
                "stopped after %.1f s of about %.0f s of speech: %.1f s of work in %.1f s",
                narration.spoken_s, narration.plan.expected_s, narration.received_s,
                now_s - narration.began_s,
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

    def _due(self) -> list[Part]:
        """The parts of the next step: in the order of who is due, as many as fit."""
        due: list[Part] = []
        n_frames = 0
        for narration in self._ordered():
            for part, cost in self._begun(narration):
                if due and n_frames + cost > self.most_frames:
                    return due
                due.append(part)
                n_frames += cost
                if n_frames >= self.most_frames:
                    return due
        return due

    def _ordered(self) -> list[Narration]:
        """Whoever has received least comes first, in whole quanta; then whoever needs least, each
        second of waiting being as good as one of speech less."""
        now_s = self.clock()
        n_long = sum(one.received_s >= QUANTUM_S for one in self._narrations)
        share = SHARED / max(n_long, FEWEST)

        def key(narration: Narration) -> tuple[float, float]:
            age_s = now_s - narration.began_s
            owed_s = share * age_s if narration.received_s >= QUANTUM_S else 0.0
            n_quanta = (narration.received_s - owed_s) // QUANTUM_S
            return n_quanta, narration.left_s - age_s

        return sorted(self._narrations, key=key)

    def _begun(self, narration: Narration) -> Iterator[tuple[Part, int]]:
        """Its parts in the order of the text, laid out and begun as they are asked for."""
        for index in count():
            try:
                with self._charged([narration], SpeechMeters.LAYOUT_S):
                    if index == len(narration.parts) and narration.lay_out() is None:
                        break
                    part = narration.parts[index]
                    if part.row is None:
                        part.row = self._sampler.begin(part.utterance)
            except Exception as error:  # noqa: BLE001 - it concerns this narration alone
                self._end(narration, error)
                return
            yield part, part.row.cost
        self._conclude(narration)

    def _conclude(self, narration: Narration) -> None:
        """Answers a narration that is spoken to its end."""
        if narration.is_spoken and narration in self._narrations:
            self._narrations.remove(narration)
            self._note_factor(narration)
            self._meters.add(SpeechMeters.REQUESTS)
            self._finish(narration)

    # What is done with them.

    def _advance(self, parts: Sequence[Part]) -> None:
        """Takes the step; of what has come to its end, the vocoder makes a wave."""
        rows = [part.row for part in parts if part.row is not None]
        costs = [row.cost for row in rows]
        try:
            with self._charged([part.narration for part in parts], SpeechMeters.SAMPLER_S, costs):
                self._sampler.step(rows)
        except Exception as error:  # noqa: BLE001 - see below
            self._recover(parts, sum(costs), error)
            return
        self._meters.add(SpeechMeters.STEPS)
        self._meters.add(SpeechMeters.ROWS, len(rows))
        self._meters.add(SpeechMeters.FRAMES, sum(costs))
        for part, row in zip(parts, rows, strict=True):
            if row.is_done:
                part.narration.parts.remove(part)
                self._vocoding.start(part, row.answer)

    def _recover(self, parts: Sequence[Part], n_frames: int, error: Exception) -> None:
        """After a step that failed, and moved no row: half as many frames if there was no memory;
        else each row alone, so that only those fail that cannot be sampled."""
        if is_out_of_memory(error):
            forget_spare()
            self.most_frames = min(self.most_frames, max(1, n_frames // 2))
            self._meters.add(SpeechMeters.SHRUNK)
            logger.warning(
                "a step of %d frames found no memory; now at most %d", n_frames, self.most_frames
            )
        if len(parts) == 1:
            self._end(parts[0].narration, error)
        elif not is_out_of_memory(error):
            for part in parts:
                if not part.narration.is_ended:
                    self._advance([part])

    def _hear(self) -> None:
        for vocoded in self._vocoding.finished():
            part: Part = vocoded.owner
            narration = part.narration
            narration.received_s += vocoded.took_s
            self._meters.add(SpeechMeters.VOCODER_S, vocoded.took_s)
            if narration.is_ended:
                continue
            try:
                if isinstance(vocoded.wave, Exception):
                    raise vocoded.wave
                if narration.hear(part, vocoded.wave):
                    made_s = len(vocoded.wave) / narration.plan.rate_hz
                    self._meters.add(SpeechMeters.AUDIO_S, made_s)
                else:
                    self._meters.add(SpeechMeters.RETRIES)
            except Exception as error:  # noqa: BLE001 - it concerns this narration alone
                self._end(narration, error)
                continue
            self._conclude(narration)

    # What is counted.

    @contextmanager
    def _charged(
        self, narrations: Sequence[Narration], meter: Meter, costs: Sequence[int] = (1,)
    ) -> Iterator[None]:
        """Charges the time to the narrations, each its share of the costs."""
        began_s = self.clock()
        try:
            yield
        finally:
            took_s = self.clock() - began_s
            self._meters.add(meter, took_s)
            for narration, cost in zip(narrations, costs, strict=True):
                narration.received_s += took_s * cost / sum(costs)

    def _note_factor(self, narration: Narration) -> None:
        latest = narration.received_s / max(narration.spoken_s, 0.1)
        known = self.real_time_factor
        self.real_time_factor = latest if known is None else known + (latest - known) / N_LATEST

    def _show(self) -> None:
        velocity = self._sampler.velocity
        self._meters.add(SpeechMeters.TIME_HITS, velocity.n_found - self._n_found)
        self._meters.add(SpeechMeters.TIME_MISSES, velocity.n_computed - self._n_computed)
        self._n_found, self._n_computed = velocity.n_found, velocity.n_computed
        self._meters.show(SpeechMeters.IN_WORK, len(self._narrations))
        self._meters.show(SpeechMeters.QUEUED_S, sum(one.left_s for one in self._narrations))
        self._meters.show(SpeechMeters.MOST_FRAMES, self.most_frames)
        self._meters.show(SpeechMeters.REAL_TIME_FACTOR, self.real_time_factor or 0.0)
        self._meters.flush()
