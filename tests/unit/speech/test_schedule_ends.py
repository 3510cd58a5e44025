"""A narration that fails, is no longer wanted or gets no memory ends, and the others go on."""

from __future__ import annotations

import torch

from speech.house import FRAMES, HOP, House
from wordlight.contract import SpeechMeters
from wordlight.errors import SilentSpeech, UnsupportedText
from wordlight.speech import SpeechAnswer
from wordlight.speech._audibility import TIMES
from wordlight.speech._vocoding import Between


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
