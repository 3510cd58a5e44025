"""Each word begins and ends where its sound does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alignment.reader import NEAR_S, PAUSES, Reader, check_ends
from alignment.recordings import (
    DASHWOOD,
    HIMSELF,
    MARRIED,
    RATE_HZ,
    UNLESS,
    YOUNG_MAN,
    Sentence,
    join,
    read,
    read_voice,
)


@pytest.mark.parametrize("left_s", [0.0, 0.1])
@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param(YOUNG_MAN, id="man"),
        pytest.param(UNLESS, id="disposed"),
        pytest.param(MARRIED, id="was"),
        pytest.param(HIMSELF, id="himself"),
    ],
)
def test_a_clip_cut_behind_its_last_word_ends_with_it(
    reader: Reader, sentence: Sentence, left_s: float
) -> None:
    cut = sentence.samples[: round((sentence.end_s + left_s) * RATE_HZ)]
    made = join(replace(sentence, samples=cut))

    found = reader.time(made.samples, made.script)

    check_ends(found, made)
    assert found.warnings == ""


def test_a_last_word_that_is_cut_short_is_still_said(reader: Reader) -> None:
    cut = DASHWOOD.samples[: round(DASHWOOD.end_s * RATE_HZ)]

    found = reader.time(cut, DASHWOOD.text)

    assert all(found.is_spoken)


@pytest.mark.parametrize(
    ("pause_s", "room_db"),
    [
        (0.3, -200),
        (1.0, -55),
        (3.0, -200),
        (8.0, -55),
        *(
            pytest.param(*pair, marks=pytest.mark.slow)
            for pair in ((0.3, -55), (1.0, -200), (3.0, -55), (8.0, -200))
        ),
    ],
)
def test_a_pause_of_any_length_belongs_to_neither_word_beside_it(
    reader: Reader, pause_s: float, room_db: float
) -> None:
    made = join(YOUNG_MAN, pause_s, HIMSELF, pause_s, UNLESS).over_noise(room_db)

    found = reader.time(made.samples, made.script)

    check_ends(found, made)
    assert found.warnings == ""


@pytest.mark.parametrize(
    ("voice", "end_s"),
    [("daniel", 3.31), ("echo", 3.55), ("emma", 4.13), ("heart", 3.88), ("sky", 4.26)],
)
def test_last_words_in_a_fricative_a_stop_or_a_vowel_end_where_they_do(
    reader: Reader, voice: str, end_s: float
) -> None:
    samples, text, rate_hz = read_voice(voice)
    silence = np.zeros(rate_hz, np.float32)

    found = reader.time(np.concatenate([silence, samples, silence]), text, rate_hz)

    assert found.ends[-1] == pytest.approx(1.0 + end_s, abs=NEAR_S)
    assert all(found.is_spoken)


@pytest.mark.parametrize("pause_s", [0.2, 0.6])
def test_a_word_said_three_times_is_found_three_times(reader: Reader, pause_s: float) -> None:
    rather, silence = UNLESS.samples[13920:19840], np.zeros(round(pause_s * RATE_HZ), np.float32)
    samples = np.concatenate([silence, rather] * 3 + [silence])

    found = reader.time(samples, "Rather rather rather!")

    starts_s = pause_s + np.arange(3) * (pause_s + len(rather) / RATE_HZ)
    assert found.starts == pytest.approx(starts_s, abs=NEAR_S)
    assert found.ends == pytest.approx(starts_s + len(rather) / RATE_HZ, abs=NEAR_S)


def test_a_word_said_twice_of_three_times_is_not_found_in_the_silence_between(
    reader: Reader,
) -> None:
    rather, silence = UNLESS.samples[13920:19840], np.zeros(round(0.3 * RATE_HZ), np.float32)

    found = reader.time(np.concatenate([silence, rather] * 2 + [silence]), "Rather rather rather!")

    assert found.scores.min() < 0.5 or not all(found.is_spoken)


def test_a_sentence_said_three_times_is_found_three_times(reader: Reader) -> None:
    made = join(0.5, MARRIED, 0.5, MARRIED, 0.5, MARRIED)

    found = reader.time(made.samples, made.script)

    check_ends(found, made)
    assert found.warnings == ""


def test_a_right_script_is_not_doubted_for_two_words_that_are_hard_to_hear(reader: Reader) -> None:
    made = join(0.5, YOUNG_MAN, 0.5, YOUNG_MAN, 0.5, YOUNG_MAN)

    found = reader.time(made.samples, made.script)

    check_ends(found, made)
    assert found.warnings == ""


def test_capitals_are_timed_like_small_letters(reader: Reader) -> None:
    small = reader.time(PAUSES.samples, PAUSES.script)

    capitals = reader.time(PAUSES.samples, PAUSES.script.upper())

    assert capitals.starts.tolist() == small.starts.tolist()
    assert capitals.ends.tolist() == small.ends.tolist()


@pytest.mark.parametrize(
    ("voice", "spelt", "figure", "said"),
    [
        ("daniel", "twentieth", "20th", 1),
        ("daniel", "nine thousand two hundred and five", "9,205", 6),
        ("sky", "nine point six", "9.6", 3),
        ("sky", "forty-nine", "49", 1),
    ],
)
def test_a_figure_lasts_as_long_as_the_words_that_are_said_for_it(
    reader: Reader, voice: str, spelt: str, figure: str, said: int
) -> None:
    samples, text, rate_hz = read_voice(voice)
    at = text[: text.index(spelt)].count(" ")

    in_words = reader.time(samples, text, rate_hz)
    in_figures = reader.time(samples, text.replace(spelt, figure), rate_hz)

    assert in_figures.words[at].rstrip(".") == figure
    assert in_figures.starts[at] == pytest.approx(in_words.starts[at], abs=0.04)
    assert in_figures.ends[at] == pytest.approx(in_words.ends[at + said - 1], abs=0.06)


@pytest.mark.parametrize(
    ("name", "script", "starts_s"),
    [
        ("what", "What? He left. When? Today.", {0: 0.1}),
        (
            "numbers",
            "One. Two. Three. Four. Five. Six. Seven. Eight. Nine. Ten. Eleven. Twelve.",
            dict(
                enumerate((0.12, 0.74, 1.36, 1.94, 2.56, 3.25, 3.91, 4.79, 5.39, 6.06, 6.67, 7.43))
            ),
        ),
    ],
)
def test_short_sentences_are_said_where_they_sound(
    reader: Reader, name: str, script: str, starts_s: dict[int, float]
) -> None:
    samples, rate_hz = read(name)

    found = reader.time(samples, script, rate_hz)

    assert all(found.is_spoken)
    assert found.starts[list(starts_s)] == pytest.approx(list(starts_s.values()), abs=NEAR_S)
    assert found.warnings == ""
