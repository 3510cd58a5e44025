"""Noise, silence, music, level and rate around a sentence do not move it."""

from __future__ import annotations

import numpy as np
import pytest

from alignment.reader import NEAR_S, PAUSES, Reader, check_ends, sounds_without_speech
from alignment.recordings import HIMSELF, RATE_HZ, UNLESS, YOUNG_MAN, Recording, join, room


@pytest.mark.parametrize("level_db", [-60, -50, -40])
def test_sentences_end_where_they_do_in_a_room(reader: Reader, level_db: float) -> None:
    found = reader.time(PAUSES.over_noise(level_db).samples, PAUSES.script)

    check_ends(found, PAUSES)
    assert found.warnings == ""


@pytest.mark.parametrize("gain_db", [-26.0, -40.0])
def test_a_quiet_recording_has_the_same_times(reader: Reader, gain_db: float) -> None:
    found = reader.time(PAUSES.samples * 10 ** (gain_db / 20), PAUSES.script)

    check_ends(found, PAUSES)
    assert found.warnings == ""


@pytest.mark.parametrize("rate_hz", [8_000, 48_000, pytest.param(22_050, marks=pytest.mark.slow)])
def test_recordings_at_other_rates_have_the_same_times(reader: Reader, rate_hz: int) -> None:
    soxr = pytest.importorskip("soxr")

    found = reader.time(soxr.resample(PAUSES.samples, RATE_HZ, rate_hz), PAUSES.script, rate_hz)

    check_ends(found, PAUSES)


def test_music_under_a_speaker_moves_no_sentence(reader: Reader) -> None:
    chord = np.resize(sounds_without_speech()["chord"], len(PAUSES.samples)) * 0.02

    found = reader.time(PAUSES.samples + chord, PAUSES.script)

    assert found.starts[PAUSES.first_words] == pytest.approx(PAUSES.starts_s, abs=NEAR_S)
    assert found.ends[PAUSES.last_words] == pytest.approx(PAUSES.ends_s, abs=2 * NEAR_S)


@pytest.mark.parametrize("level_db", [-50, -60])
@pytest.mark.parametrize(
    ("before_s", "behind_s"),
    [(60.0, 60.0)]
    + [pytest.param(*pair, marks=pytest.mark.slow) for pair in ((60.0, 0.0), (0.0, 60.0))],
)
@pytest.mark.parametrize(
    "made",
    [
        pytest.param(join(YOUNG_MAN), id="one sentence"),
        pytest.param(join(HIMSELF, 1.0, YOUNG_MAN), id="two"),
        pytest.param(join(YOUNG_MAN, 0.5, UNLESS, 0.5, HIMSELF), id="three"),
    ],
)
def test_a_minute_of_room_moves_no_word(
    reader: Reader, made: Recording, before_s: float, behind_s: float, level_db: float
) -> None:
    inside = made.over_noise(level_db).samples
    samples = np.concatenate([room(before_s, level_db), inside, room(behind_s, level_db, 2)])

    found = reader.time(samples, made.script)

    starts_s, ends_s = np.array(made.starts_s) + before_s, np.array(made.ends_s) + before_s
    assert found.starts[made.first_words] == pytest.approx(starts_s, abs=NEAR_S)
    assert found.ends[made.last_words] == pytest.approx(ends_s, abs=0.2)
    assert found.warnings == ""


@pytest.mark.parametrize("lead_s", [0.0, 0.02, 0.04, 0.1])
def test_a_recording_may_begin_with_its_first_word(reader: Reader, lead_s: float) -> None:
    first = round((YOUNG_MAN.start_s - lead_s) * RATE_HZ)
    made = join(YOUNG_MAN, 1.0, UNLESS, 1.0).over_noise(-60)

    found = reader.time(made.samples[first:], made.script)

    cut_s = first / RATE_HZ
    assert found.starts[made.first_words] == pytest.approx(
        np.array(made.starts_s) - cut_s, abs=NEAR_S
    )
    assert found.ends[made.last_words] == pytest.approx(np.array(made.ends_s) - cut_s, abs=0.2)


def test_three_words_in_two_minutes_end_where_they_do(reader: Reader) -> None:
    rather = UNLESS.samples[13920:19840]
    pauses = [room(30.0, -60, seed) for seed in range(4)]
    samples = np.concatenate([part for pause in pauses for part in (pause, rather)][:-1])

    found = reader.time(samples, "Rather rather rather!")

    starts_s = 30.0 + np.arange(3) * (30.0 + len(rather) / RATE_HZ)
    assert found.starts == pytest.approx(starts_s, abs=0.15)  # its “r” is hardly heard
    assert found.ends == pytest.approx(starts_s + len(rather) / RATE_HZ, abs=NEAR_S)
