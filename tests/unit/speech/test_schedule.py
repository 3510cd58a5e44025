"""Narrations take turns at the network, row by row and step by step."""

from __future__ import annotations

import numpy as np
import pytest

from speech.house import FRAMES, HOP, RATE_HZ, STEP_S, STEPS, House
from wordlight.contract import SpeechMeters
from wordlight.speech import SpeechAnswer


def test_a_narration_s_chunks_come_in_the_order_of_its_text() -> None:
    house = House()
    house.add("one", 3, seed=10)

    house.run()

    assert house.machine.steps == [[10]] * STEPS + [[11]] * STEPS + [[12]] * STEPS
    answer = house.ended["one"]
    assert isinstance(answer, SpeechAnswer)
    assert len(answer.chunk_starts) == 3


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
