"""A schedule on a machine whose clock is counted, and narrations for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from wordlight.contract import Meter
from wordlight.errors import UnsupportedText
from wordlight.reading import read_script
from wordlight.speech import SpeechAnswer
from wordlight.speech._chunks import Break, Chunk
from wordlight.speech._narration import Narration, Plan
from wordlight.speech._schedule import Schedule
from wordlight.speech._vocoding import Between
from wordlight.speech.flow import Row, Utterance

RATE_HZ, HOP = 24_000, 256
STEPS, FRAMES, REFERENCE_FRAMES = 4, 400, 200
STEP_S, VOCODER_S = 0.5, 0.25
"""How long a step of any number of rows takes, and a wave, on the machine of these tests."""
ALONE_S = STEPS * STEP_S + VOCODER_S
"""How long a chunk takes that is spoken alone."""


@dataclass
class Machine:
    """A clock, and a sampler and a vocoder that take time on it."""

    now_s: float = 0.0
    steps: list[list[int]] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    silent: set[int] = field(default_factory=set)
    most_frames_in_memory: int = 10**9
    broken: set[int] = field(default_factory=set)

    @property
    def velocity(self) -> Any:
        return self

    n_found = n_computed = 0

    def begin(self, utterance: Utterance) -> Row:
        self.begun.append(utterance.seed)
        x = torch.zeros(utterance.n_frames, 1)
        x[0, 0] = utterance.seed
        times = [step / utterance.steps for step in range(utterance.steps + 1)]
        return Row(x, times, [x], 0.0, 0, 0.0)

    def step(self, rows: Sequence[Row]) -> None:
        if sum(row.cost for row in rows) > self.most_frames_in_memory:
            raise MemoryError
        seeds = [int(row.x[0, 0]) for row in rows]
        if self.broken.intersection(seeds):
            raise ValueError("a row that cannot be sampled")
        self.now_s += STEP_S
        self.steps.append(seeds)
        for row in rows:
            row.n_done += 1

    def vocode(self, mel: torch.Tensor) -> torch.Tensor:
        self.now_s += VOCODER_S
        wave = torch.full((len(mel) * HOP,), 0.1)
        return wave * (int(mel[0, 0]) not in self.silent)


@dataclass
class Count:
    """A counter, for the schedule's meters."""

    counts: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    shown: dict[str, float] = field(default_factory=dict)

    def add(self, meter: Meter, amount: float = 1.0) -> None:
        self.counts[meter.name] += amount

    def show(self, meter: Meter, value: float) -> None:
        self.shown[meter.name] = value

    def flush(self) -> None:
        pass


class House:
    """A schedule on a machine, and what became of its narrations."""

    def __init__(self, most_frames: int = FRAMES, **machine: Any) -> None:
        self.machine: Any = Machine(**machine)
        self.count = Count()
        self.ended: dict[str, SpeechAnswer | Exception] = {}
        self.ended_s: dict[str, float] = {}
        self.schedule = Schedule(
            self.machine,
            Between(self.machine.vocode),
            most_frames,
            lambda one: one.end(one.answer()),
            self.count,
            clock=lambda: self.machine.now_s,
        )

    def add(
        self, name: str, n_chunks: int, seed: int, frames: int = FRAMES, **more: Any
    ) -> Narration:
        """A narration whose chunks have the seeds from ``seed`` on."""
        plan = plan_of(n_chunks, seed, frames, **more)

        def done(outcome: SpeechAnswer | Exception) -> None:
            assert name not in self.ended
            self.ended[name], self.ended_s[name] = outcome, self.machine.now_s

        narration = Narration(plan, done, more.get("is_wanted", lambda: True), self.machine.now_s)
        self.schedule.add(narration)
        return narration

    def run(self, until: str | None = None) -> None:
        for _ in range(10_000):
            if not self.schedule.narrations or until in self.ended:
                return
            self.schedule.turn()
        raise AssertionError("it goes on and on")


def plan_of(n_chunks: int, seed: int, frames: int, fails_at: int | None = None, **_: Any) -> Plan:
    def chunks() -> Iterator[Chunk]:
        for index in range(n_chunks):
            if index == fails_at:
                raise UnsupportedText("TEXT", "holds what nobody can say")
            yield Chunk(f"chunk {index}", Break.SENTENCE, index, 1)

    def utterance(_: Chunk, index: int) -> Utterance:
        return Utterance(
            torch.zeros(REFERENCE_FRAMES, 1), torch.zeros(1, dtype=torch.int64), frames,
            seed + index, STEPS, 2.0, -1.0,
        )  # fmt: skip

    expected_s = n_chunks * (frames - REFERENCE_FRAMES) * HOP / RATE_HZ
    return Plan(
        "text", read_script("text"), chunks(), lambda _: 1.0, utterance, 1.0, 0.1, RATE_HZ, HOP,
        expected_s,
    )  # fmt: skip
