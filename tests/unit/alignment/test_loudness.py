"""Where a sound ends: tones over noise, closures of plosives, inserted silence."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from wordlight.alignment import SAMPLE_RATE_HZ
from wordlight.alignment._loudness import (
    EARLY_FRAMES,
    LATE_FRAMES,
    Loudness,
    is_silent,
    levels_db,
    quiet_below_db,
)

NEAR_S = 0.016
TONE_FROM_S, TONE_TO_S = 1.0, 1.5

Samples = NDArray[np.float32]


def noise(seconds: float, level_db: float) -> Samples:
    rng = np.random.default_rng(0)
    n_samples = round(seconds * SAMPLE_RATE_HZ)
    return rng.normal(0.0, 10 ** (level_db / 20), n_samples).astype(np.float32)


def add_tone(samples: Samples, start_s: float, end_s: float, level_db: float = -20.0) -> Samples:
    """The samples with a tone of that level in them."""
    heard = samples.copy()
    first, last = round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ)
    tone = np.sin(np.arange(last - first) * 2 * np.pi * 220 / SAMPLE_RATE_HZ)
    heard[first:last] += np.float32(np.sqrt(2) * 10 ** (level_db / 20)) * tone.astype(np.float32)
    return heard


def quiet_from(samples: Samples, letter_s: float = 1.3, until_s: float = 2.5) -> float | None:
    """Where the word falls quiet that begins with the tone."""
    loudness = Loudness.of(samples, [(TONE_FROM_S, letter_s)])
    return loudness.falls_quiet(TONE_FROM_S, letter_s, until_s)


@pytest.mark.parametrize("level_db", [-200.0, -60.0, -50.0, -40.0])
def test_a_word_ends_where_its_tone_does_in_silence_and_over_noise(level_db: float) -> None:
    samples = add_tone(noise(2.5, level_db), TONE_FROM_S, TONE_TO_S)

    assert quiet_from(samples) == pytest.approx(TONE_TO_S, abs=NEAR_S)


def test_a_last_letter_put_behind_the_sound_does_not_move_its_end() -> None:
    samples = add_tone(noise(2.5, -60), TONE_FROM_S, TONE_TO_S)

    assert quiet_from(samples, letter_s=1.8) == pytest.approx(TONE_TO_S, abs=NEAR_S)


@pytest.mark.parametrize(("closure_s", "end_s"), [(0.06, 1.59), (0.12, 1.65), (0.3, 1.5)])
def test_the_closure_before_a_burst_is_passed_over_and_a_longer_silence_is_not(
    closure_s: float, end_s: float
) -> None:
    samples = add_tone(noise(2.5, -60), TONE_FROM_S, TONE_TO_S)
    burst_s = TONE_TO_S + closure_s

    samples = add_tone(samples, burst_s, burst_s + 0.03, -30.0)

    assert quiet_from(samples) == pytest.approx(end_s, abs=NEAR_S)


def test_a_word_that_runs_into_the_next_one_has_no_end_of_its_own() -> None:
    samples = add_tone(noise(2.5, -60), TONE_FROM_S, TONE_TO_S)

    assert quiet_from(samples, letter_s=1.2, until_s=1.45) is None


def test_a_dip_before_the_next_word_that_is_too_short_for_a_pause_is_none() -> None:
    samples = add_tone(noise(2.5, -60), TONE_FROM_S, TONE_TO_S)

    assert quiet_from(samples, until_s=1.54) is None
    assert quiet_from(samples, until_s=1.6) == pytest.approx(TONE_TO_S, abs=NEAR_S)


def test_speech_that_is_hardly_louder_than_the_noise_has_no_end_that_can_be_told() -> None:
    samples = add_tone(noise(2.5, -22), TONE_FROM_S, TONE_TO_S)

    loudness = Loudness.of(samples, [(TONE_FROM_S, 1.3)])

    assert not loudness.is_clear
    assert loudness.falls_quiet(TONE_FROM_S, 1.3, 2.5) is None


def test_a_sound_to_the_end_of_the_clip_has_no_end_before_it() -> None:
    samples = add_tone(noise(1.5, -60), TONE_FROM_S, TONE_TO_S)

    assert quiet_from(samples, until_s=1.5) is None


def test_silence_put_between_recordings_does_not_hide_the_noise_of_the_room() -> None:
    in_room = add_tone(noise(2.5, -45), TONE_FROM_S, TONE_TO_S)
    in_room[: round(0.75 * SAMPLE_RATE_HZ)] = 0.0

    loudness = Loudness.of(in_room, [(TONE_FROM_S, 1.3)])

    assert loudness.threshold == pytest.approx(-45 + 8, abs=1.5)


@pytest.mark.parametrize("lead_s", [0.0, 0.02, 0.04, 0.1])
def test_nothing_is_before_a_word_with_which_the_recording_begins(lead_s: float) -> None:
    in_room = add_tone(noise(2.5, -60), lead_s, lead_s + 0.5)

    loudness = Loudness.of(in_room, [(lead_s, lead_s + 0.3)])

    assert loudness.is_clear
    assert loudness.falls_quiet(lead_s, lead_s + 0.3, 2.0) == pytest.approx(
        lead_s + 0.5, abs=NEAR_S
    )


def test_speech_that_is_a_small_part_of_a_recording_is_as_loud_as_any_other() -> None:
    in_room = add_tone(noise(60.0, -50), TONE_FROM_S, TONE_TO_S)

    loudness = Loudness.of(in_room, [(TONE_FROM_S, 1.3)])

    assert loudness.is_clear
    assert loudness.falls_quiet(TONE_FROM_S, 1.3, 50.0) == pytest.approx(TONE_TO_S, abs=NEAR_S)


def test_silence_is_told_from_speech_that_is_a_small_part_of_a_recording() -> None:
    levels = np.random.default_rng(0).normal(-50.0, 1.0, 3000)
    levels[1000:1060] = -20.0

    silent = is_silent(levels)

    assert silent[LATE_FRAMES : 1000 - EARLY_FRAMES].all()
    assert not silent[1000:1060].any()


def test_speech_before_a_word_is_not_taken_for_noise() -> None:
    samples = add_tone(add_tone(noise(2.5, -60), 0.5, 0.95), TONE_FROM_S, TONE_TO_S)

    loudness = Loudness.of(samples, [(0.5, 0.8), (TONE_FROM_S, 1.3)])

    assert loudness.threshold < -45


@pytest.mark.parametrize("speech", [[], [(0.2, 0.4)]])
def test_all_silence_has_a_loudness_too(speech: list[tuple[float, float]]) -> None:
    loudness = Loudness.of(np.zeros(SAMPLE_RATE_HZ, np.float32), speech)

    end_s = loudness.falls_quiet(0.2, 0.4, 1.0)

    assert np.isfinite(loudness.threshold)
    assert end_s is None or 0.0 <= end_s <= 0.4


def test_a_level_is_the_power_of_thirty_milliseconds_around_its_time() -> None:
    samples = add_tone(np.zeros(SAMPLE_RATE_HZ, np.float32), 0.5, 1.0, -20.0)

    levels = levels_db(samples)

    assert len(levels) == 101
    assert levels[[0, 48]].tolist() == [-100.0, -100.0]
    assert levels[52:98] == pytest.approx(-20.0, abs=0.5)
    assert levels[50] == pytest.approx(-23.0, abs=0.5)


def test_the_level_that_divides_quiet_from_loud_lies_between_them() -> None:
    rng = np.random.default_rng(0)
    quiet, loud = rng.normal(-55, 3, 300), rng.normal(-22, 4, 100)

    assert -47 < quiet_below_db(np.concatenate([quiet, loud])) < -32


@pytest.mark.parametrize("quiet_db", [-100.0, -60.0, -45.0])
def test_a_pause_is_silent_but_for_its_edges_and_a_closure_is_not(quiet_db: float) -> None:
    levels = np.full(200, -20.0)
    levels[:40], levels[100:109] = quiet_db, quiet_db

    assert np.flatnonzero(is_silent(levels)).tolist() == [*range(LATE_FRAMES, 40 - EARLY_FRAMES)]


def test_a_speaker_far_away_is_not_silent() -> None:
    levels = np.concatenate([np.full(100, -60.0), np.full(100, -20.0), np.full(100, -45.0)])

    assert not is_silent(levels)[100:].any()


@pytest.mark.parametrize("level_db", [-20.0, -75.0])
def test_where_all_is_alike_nothing_is_silent(level_db: float) -> None:
    assert not is_silent(np.full(100, level_db)).any()


def test_silence_that_was_put_there_is_silent_throughout() -> None:
    assert is_silent(np.full(100, -100.0))[LATE_FRAMES:-EARLY_FRAMES].all()


@pytest.mark.parametrize("level_db", [-20.0, -80.0, -100.0])
@pytest.mark.parametrize("n_windows", [1, 50])
def test_levels_that_are_all_the_same_are_divided_somewhere(
    level_db: float, n_windows: int
) -> None:
    assert np.isfinite(quiet_below_db(np.full(n_windows, level_db)))
