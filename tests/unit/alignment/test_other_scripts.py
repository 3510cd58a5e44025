"""The engine reports words that a recording lacks, and speech that its script lacks."""

from __future__ import annotations

import numpy as np
import pytest

from alignment.reader import NEAR_S, Reader, check_unmoved, sounds_without_speech
from alignment.recordings import (
    ALL,
    DASHWOOD,
    HIMSELF,
    MARRIED,
    RATE_HZ,
    UNLESS,
    YOUNG_MAN,
    Recording,
    join,
    room,
)

FOX = "The quick brown fox jumps over the lazy dog. It was a dark and stormy night in the village."


@pytest.mark.parametrize(
    "left_out",
    [0, 2, 4, pytest.param(1, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)],
)
def test_a_strangers_sentence_is_named_wherever_it_is(reader: Reader, left_out: int) -> None:
    kept = [i for i in range(5) if i != left_out]

    found = reader.time(ALL.samples, " ".join(ALL.sentences[i].text for i in kept))

    first = 0
    for i in kept:
        check_unmoved(found, first, ALL.sentences[i], ALL.offsets_s[i])
        first += ALL.sentences[i].n_words
    [(start_s, end_s)] = found.others
    ends_before_s, starts_after_s = [0.0, *ALL.ends_s], [*ALL.starts_s, len(ALL.samples) / RATE_HZ]
    assert ends_before_s[left_out] - NEAR_S < start_s < ALL.starts_s[left_out] + 0.3
    assert ALL.ends_s[left_out] - 0.3 < end_s < starts_after_s[left_out + 1] + NEAR_S
    assert "that the script does not hold" in found.warnings


@pytest.mark.parametrize("said", [(0, 2, 4), (1, 2, 3), (0, 1, 3)])
def test_two_sentences_that_nobody_says_move_no_other_word(
    reader: Reader, said: tuple[int, ...]
) -> None:
    made = join(*(part for i in said for part in (0.5, ALL.sentences[i])), 0.5)

    found = reader.time(made.samples, ALL.script)

    first = np.cumsum([0, *(sentence.n_words for sentence in ALL.sentences)])
    for i, sentence in enumerate(ALL.sentences):
        if i in said:
            check_unmoved(found, int(first[i]), sentence, made.offsets_s[said.index(i)])
        else:
            assert not any(found.is_spoken[first[i] : first[i + 1]])
    assert found.others == []
    assert "nobody says" in found.warnings


@pytest.mark.parametrize(
    "made",
    [join(YOUNG_MAN, 5.0, UNLESS, 5.0, HIMSELF), join(DASHWOOD, 1.0, MARRIED), join(YOUNG_MAN)],
)
def test_a_script_of_something_else_is_said_to_be_one(reader: Reader, made: Recording) -> None:
    found = reader.time(made.samples, FOX)

    assert sum(found.is_spoken) <= 3
    assert "nobody says" in found.warnings or "says nothing of the script" in found.warnings


def test_another_chapters_script_is_doubted(reader: Reader) -> None:
    made = join(DASHWOOD, 1.0, MARRIED)

    found = reader.time(made.samples, f"{YOUNG_MAN.text} {UNLESS.text}")

    assert "nobody says" in found.warnings
    assert "that the script does not hold" in found.warnings
    assert np.mean(found.scores < 0.5) > 0.5


def test_nothing_of_a_script_is_said_in_silence(reader: Reader) -> None:
    found = reader.time(np.zeros(8 * RATE_HZ, np.float32), YOUNG_MAN.text)

    assert found.warnings == "the recording says nothing of the script"
    assert (found.scores == 0).all()


@pytest.mark.parametrize(
    "name",
    [
        "noise of -60 dB",
        "noise of -40 dB",
        "noise of -20 dB",
        "chord",
        "notes",
    ],
)
def test_no_words_are_claimed_with_confidence_where_nobody_speaks(
    reader: Reader, name: str
) -> None:
    found = reader.time(sounds_without_speech()[name], f"{YOUNG_MAN.text} {HIMSELF.text}")

    assert found.warnings != ""
    assert np.mean(found.scores > 0.5) < 0.25


def test_noise_is_not_taken_for_other_speech(reader: Reader) -> None:
    found = reader.time(sounds_without_speech()["noise of -60 dB"], YOUNG_MAN.text)

    assert found.others == []


@pytest.mark.parametrize("level_db", [-60, -40, -20])
@pytest.mark.parametrize("script", ["Yes. No. Oh.", "Hello, my friend."])
def test_nothing_of_a_short_script_is_said_in_noise(
    reader: Reader, script: str, level_db: float
) -> None:
    found = reader.time(room(8.0, level_db), script)

    assert not any(found.is_spoken)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
@pytest.mark.parametrize("sentence", ["What?", "Eight.", "Who are you?"])
def test_a_short_sentence_that_nobody_says_is_unspoken(
    reader: Reader, sentence: str, place: int
) -> None:
    made = join(0.5, YOUNG_MAN, 0.5, UNLESS, 0.5, HIMSELF, 0.5).over_noise(-60)
    texts = [one.text for one in made.sentences]

    found = reader.time(made.samples, " ".join([*texts[:place], sentence, *texts[place:]]))

    assert found.warnings.startswith(f"nobody says “{sentence}”")
    assert sum(not said for said in found.is_spoken) == len(sentence.split())
