"""Warnings say where a script and a recording differ."""

from __future__ import annotations

from collections.abc import Set

import numpy as np

from wordlight.alignment._differences import differences, spelling_doubts
from wordlight.alignment._timing import WordTimes
from wordlight.reading import ReadWord, read_script
from wordlight.words import Origin

SCRIPT = "One two three four five six seven eight."


def read(script: str = SCRIPT) -> tuple[ReadWord, ...]:
    return read_script(script, "en").words


def heard(
    words: tuple[ReadWord, ...], missing: Set[int], unlikely: Set[int] = frozenset()
) -> WordTimes:
    """Times of the words, of which some are not said, and some hardly are."""
    n_words = len(words)
    scores = np.array(
        [0.0 if i in missing else 0.2 if i in unlikely else 0.9 for i in range(n_words)]
    )
    origins = [
        Origin.UNSPOKEN if i in missing or not words[i].said else Origin.ALIGNED
        for i in range(n_words)
    ]
    edges = np.arange(n_words, dtype=np.float64)
    return WordTimes(edges, edges + 0.5, edges + 0.4, scores, origins)


def test_a_script_that_is_said_as_written_has_no_differences() -> None:
    words = read()

    assert differences(words, heard(words, set()), []) == []


def test_words_that_nobody_says_are_quoted() -> None:
    words = read()

    assert differences(words, heard(words, {1, 4, 5}), []) == [
        "nobody says “two”",
        "nobody says “five six” (2 words)",
    ]


def test_long_quotes_are_cut_in_the_middle() -> None:
    words = read("The reader leaves out a sentence that is a good deal longer than this. Yes.")
    n_words = len(words)

    assert differences(words, heard(words, set(range(n_words - 1))), []) == [
        f"nobody says “The reader leaves ou … al longer than this.” ({n_words - 1} words)"
    ]


def test_three_differences_are_named_and_the_others_counted() -> None:
    words = read(" ".join(["a b c."] * 5))
    others = [(float(k), k + 0.5) for k in range(0, 10, 2)]

    assert differences(words, heard(words, {0, 3, 6, 9, 10, 12}), others) == [
        "nobody says “a”",
        "nobody says “a”",
        "nobody says “a”",
        "nobody says 3 more words of the script",
        "the recording says something at 0.0 to 0.5 s that the script does not hold",
        "the recording says something at 2.0 to 2.5 s that the script does not hold",
        "the recording says something at 4.0 to 4.5 s that the script does not hold",
        "the recording says more that the script does not hold, 1 s in all",
    ]


def test_a_recording_that_says_nothing_of_the_script_is_one_difference() -> None:
    words = read()

    assert differences(words, heard(words, set(range(8))), [(1.0, 5.0)]) == [
        "the recording says nothing of the script"
    ]


def test_a_note_is_not_missed() -> None:
    words = read("[applause] One two three. (music)")

    assert differences(words, heard(words, set()), []) == []
    assert differences(words, heard(words, {1, 2, 3}), []) == [
        "the recording says nothing of the script"
    ]


def test_a_script_is_doubted_when_a_third_of_it_and_five_words_are_unlikely() -> None:
    words, many = read(), read(" ".join([SCRIPT] * 3))

    assert differences(words, heard(words, set(), {0, 1, 2, 3}), []) == []
    assert differences(many, heard(many, set(), {0, 1, 2, 3, 4, 5, 6, 7}), []) == []
    assert differences(words, heard(words, set(), {0, 1, 2, 3, 4}), []) == [
        "5 of 8 words can hardly be heard where they should be: "
        "is this the script of the recording?"
    ]


def test_a_script_that_the_aligner_can_hardly_spell_is_said_to_be_one() -> None:
    words = read()

    assert spelling_doubts("en", words, 4, None) == []
    assert spelling_doubts("en", words, 3, None) == [
        "the aligner for 'en' can spell only 3 of the script's 8 words"
    ]
    assert spelling_doubts("en", words, 0, "ru") == [
        "the aligner for 'en' can spell none of the script's words, which seem to be in 'ru'"
    ]
    assert spelling_doubts("en", [], 0, None) == []
