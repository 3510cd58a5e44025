"""Narrations take turns at the network, row by row and step by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch

from wordlight.contract import Meter, SpeechMeters
from wordlight.errors import SilentSpeech, UnsupportedText
from wordlight.reading import read_script
from wordlight.speech import SpeechAnswer
from wordlight.speech._audibility import TIMES
from wordlight.speech._chunks import Break, Chunk
from wordlight.speech._narration import Narration, Plan
from wordlight.speech._schedule import Schedule
from wordlight.speech._vocoding import Between
from wordlight.speech.flow import Row, Utterance

RATE_HZ, HOP = 24_000, 256
STEPS, FRAMES, REFERENCE_FRAMES = 4, 400, 200
STEP_S, VOCODER_S = 0.5, 0.25
"""A step of any number of rows, and a wave, on the machine of these tests."""
ALONE_S = STEPS * STEP_S + VOCODER_S
"""A chunk."""


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
    """Counts."""

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


def test_a_narration_s_chunks_come_in_the_order_of_its_text() -> None:
    house = House()
    house.add("one", 3, seed=10)

    house.run()

    assert house.machine.steps == [[10]] * STEPS + [[11]] * STEPS + [[12]] * STEPS
    answer = house.ended["one"]
    assert isinstance(answer, SpeechAnswer)
    assert len(answer.chunk_starts) == 3


@pytest.mark.parametrize(("n_long", "after_s"), [(1, 1.0), (5, 20.0), (10, 40.0), (20, 40.0)])
def test_a_short_narration_passes_long_ones(n_long: int, after_s: float) -> None:
    house = House()
    for number in range(n_long):
        house.add(f"long {number}", 5, seed=100 * number)
    while house.machine.now_s < after_s:
        house.schedule.turn()

    house.add("short", 1, seed=9_000)
    came_s = house.machine.now_s
    house.run(until="short")

    assert house.ended_s["short"] - came_s <= 2.5 * ALONE_S


def test_a_long_narration_begins_at_once_however_many_short_ones_come() -> None:
    house = House()
    long = house.add("long", 500, seed=1_000)

    began_s = None
    for turn in range(1_000):
        while len(house.schedule.narrations) < 3:
            house.add(f"short {turn} {len(house.schedule.narrations)}", 1, seed=turn)
        house.schedule.turn()
        if began_s is None and long.received_s:
            began_s = house.machine.now_s

    assert began_s is not None
    assert began_s < 20.0
    assert long.received_s / house.machine.now_s == pytest.approx(1 / 8, abs=0.02)


def test_what_a_long_narration_got_while_it_was_alone_is_not_held_against_it() -> None:
    house = House()
    first = house.add("first", 200, seed=1_000)
    while house.machine.now_s < 200.0:
        house.schedule.turn()

    second = house.add("second", 80, seed=5_000)
    before_s, began_s = first.received_s, house.machine.now_s
    while house.machine.now_s < began_s + 100.0:
        house.schedule.turn()

    assert first.received_s - before_s == pytest.approx(second.received_s, abs=10.0)


def test_a_narration_is_answered_as_soon_as_its_last_part_is_heard() -> None:
    house = House()
    house.add("one", 1, seed=1)
    house.add("two", 1, seed=2)

    house.run()

    assert house.ended_s["one"] == pytest.approx(ALONE_S)
    assert house.ended_s["two"] == pytest.approx(2 * ALONE_S)


def test_a_row_that_others_pass_goes_on_from_where_it_was() -> None:
    house = House()
    house.add("long", 2, seed=100)
    house.schedule.turn()
    house.add("short", 1, seed=1)

    house.run()

    assert house.machine.steps[:6] == [[100], [1], [1], [1], [1], [100]]


def test_equals_are_spoken_one_after_another_and_not_all_at_the_end() -> None:
    house = House()
    for name in range(4):
        house.add(str(name), 1, seed=name)

    house.run()

    alone_s = STEPS * STEP_S + VOCODER_S
    assert [house.ended_s[str(name)] for name in range(4)] == pytest.approx(
        [alone_s * (1 + name) for name in range(4)]
    )


def test_a_long_narration_gets_on_however_many_short_ones_come() -> None:
    house = House()
    long = house.add("long", 20, seed=1_000)

    for turn in range(2_000):
        if turn % 4 == 0:
            house.add(f"short {turn}", 1, seed=turn)
        house.schedule.turn()
        if "long" in house.ended:
            break

    assert "long" in house.ended
    assert long.received_s > 20 * STEPS * STEP_S


def test_a_step_has_as_many_rows_as_fit() -> None:
    house = House(most_frames=1_000)
    house.add("one", 2, seed=10)
    house.add("two", 2, seed=20)

    house.run()

    assert max(map(len, house.machine.steps)) == 2
    assert house.machine.steps[0] == [10, 11]
    assert house.count.counts[SpeechMeters.FRAMES.name] == 4 * STEPS * FRAMES


def test_a_row_that_is_larger_than_a_step_may_be_is_stepped_alone() -> None:
    house = House(most_frames=100)
    house.add("one", 1, seed=10)

    house.run()

    assert house.machine.steps == [[10]] * STEPS


def test_chunks_are_laid_out_when_they_are_due() -> None:
    house = House()
    narration = house.add("long", 1_000, seed=0)

    for _ in range(2 * STEPS):
        house.schedule.turn()

    assert len(narration.parts) <= 2
    assert len(house.machine.begun) <= 4


def test_a_narration_that_nobody_wants_loses_its_rows_before_the_next_step() -> None:
    house, wanted = House(), [True]
    house.add("gone", 10, seed=100, is_wanted=lambda: wanted[0])
    house.add("other", 10, seed=200)
    house.schedule.turn()

    wanted[0] = False
    before = len(house.machine.steps)
    house.run()

    assert all(seed >= 200 for step in house.machine.steps[before:] for seed in step)
    assert list(house.ended) == ["other"]
    assert house.count.counts[SpeechMeters.DROPPED.name] == 1


def test_what_cannot_be_heard_is_spoken_again_with_another_seed_and_given_up_at_last() -> None:
    house = House(silent={7})
    house.add("again", 2, seed=6)
    house.run()
    assert isinstance(house.ended["again"], SpeechAnswer)
    assert len(house.machine.begun) == 3
    assert house.count.counts[SpeechMeters.RETRIES.name] == 1

    mute = House()
    mute.machine.vocode = lambda mel: torch.zeros(len(mel) * HOP)
    mute.schedule._vocoding = Between(mute.machine.vocode)
    mute.add("mute", 1, seed=6)
    mute.run()
    assert isinstance(mute.ended["mute"], SilentSpeech)
    assert len(mute.machine.begun) == TIMES


def test_a_chunk_that_cannot_be_said_ends_its_own_narration() -> None:
    house = House(most_frames=2_000)
    house.add("bad", 3, seed=100, fails_at=1)
    house.add("good", 3, seed=200)

    house.run()

    assert isinstance(house.ended["bad"], UnsupportedText)
    assert isinstance(house.ended["good"], SpeechAnswer)


def test_a_row_that_cannot_be_sampled_ends_its_own_narration() -> None:
    house = House(most_frames=2_000, broken={101})
    house.add("bad", 3, seed=100)
    house.add("good", 3, seed=200)

    house.run()

    assert isinstance(house.ended["bad"], ValueError)
    assert isinstance(house.ended["good"], SpeechAnswer)


def test_where_memory_runs_out_half_as_much_is_tried() -> None:
    house = House(most_frames=8 * FRAMES, most_frames_in_memory=3 * FRAMES)
    for name in range(8):
        house.add(str(name), 1, seed=name)

    house.run()

    assert all(isinstance(house.ended[str(name)], SpeechAnswer) for name in range(8))
    assert house.schedule.most_frames == 2 * FRAMES
    assert house.count.counts[SpeechMeters.SHRUNK.name] == 2


def test_where_memory_comes_back_a_little_more_is_tried_again() -> None:
    house = House(most_frames=8 * FRAMES, most_frames_in_memory=3 * FRAMES)
    for name in range(4):
        house.add(str(name), 200, seed=1_000 * name)
    while house.schedule.most_frames == 8 * FRAMES:
        house.schedule.turn()
    shrunk, house.machine.most_frames_in_memory = house.schedule.most_frames, 10**9

    for _ in range(600):
        house.schedule.turn()

    assert shrunk < house.schedule.most_frames <= 8 * FRAMES


def test_a_row_for_which_there_is_no_memory_ends_its_own_narration_and_lowers_no_limit() -> None:
    house = House(most_frames=8 * FRAMES, most_frames_in_memory=FRAMES)
    house.add("large", 1, seed=1, frames=2 * FRAMES)
    house.run()
    assert isinstance(house.ended["large"], MemoryError)
    assert house.schedule.most_frames == 8 * FRAMES

    house.add("small", 1, seed=2)
    house.run()
    assert isinstance(house.ended["small"], SpeechAnswer)


def test_a_chunk_for_which_the_vocoder_finds_no_memory_is_tried_once_more() -> None:
    house = House()
    works, failures = house.machine.vocode, [MemoryError()]

    def vocode(mel: torch.Tensor) -> torch.Tensor:
        if failures:
            raise failures.pop()
        return works(mel)

    house.schedule._vocoding = Between(vocode)
    house.add("one", 1, seed=1)

    house.run()

    assert isinstance(house.ended["one"], SpeechAnswer)


def test_a_vocoder_that_fails_ends_one_narration() -> None:
    house = House()
    works = house.machine.vocode

    def vocode(mel: torch.Tensor) -> torch.Tensor:
        if int(mel[0, 0]) == 1:
            raise RuntimeError("no wave")
        return works(mel)

    house.schedule._vocoding = Between(vocode)
    house.add("bad", 1, seed=1)
    house.add("good", 1, seed=2)

    house.run()

    assert str(house.ended["bad"]) == "no wave"
    assert isinstance(house.ended["good"], SpeechAnswer)


def test_all_can_be_ended_at_once() -> None:
    house = House()
    for name in range(3):
        house.add(str(name), 5, seed=100 * name)
    house.schedule.turn()

    house.schedule.end_all(UnsupportedText("TEXT", "nobody speaks any more"))

    assert len(house.ended) == 3
    assert not house.schedule.turn()


def test_it_counts_what_it_does() -> None:
    house = House()
    house.add("one", 2, seed=1)

    house.run()

    counts = house.count.counts
    spoken_s = 2 * FRAMES * HOP / RATE_HZ
    assert counts[SpeechMeters.STEPS.name] == counts[SpeechMeters.ROWS.name] == 2 * STEPS
    assert counts[SpeechMeters.SAMPLER_S.name] == pytest.approx(2 * STEPS * STEP_S)
    assert counts[SpeechMeters.AUDIO_S.name] == pytest.approx(spoken_s)
    took_s = 2 * (STEPS * STEP_S + counts[SpeechMeters.VOCODER_S.name] / 2)
    assert house.schedule.real_time_factor == pytest.approx(took_s / spoken_s, rel=0.01)


def test_waves_lie_one_after_another_whatever_order_they_came_in() -> None:
    house = House(silent={1})  # the second chunk is heard last
    house.add("one", 3, seed=0)

    house.run()

    answer = house.ended["one"]
    assert isinstance(answer, SpeechAnswer)
    assert np.all(np.diff(answer.chunk_starts) > 0)
