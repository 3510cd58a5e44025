"""Words are what the user wrote, in order, each exactly once."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordlight.errors import WordsOverlap, WordTimeInvalid
from wordlight.words import Word, check_words, is_spoken, join_words, split_words


@given(st.text())
def test_no_character_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(split_words(text)).split()) == (
        "".join(text.split()) if is_spoken(text) else ""
    )


@given(st.text())
def test_every_word_can_be_spoken(text: str) -> None:
    assert all(is_spoken(word) for word in split_words(text))


@given(st.text())
def test_splitting_what_was_joined_gives_the_same_words(text: str) -> None:
    words = split_words(text)

    assert split_words(join_words(words)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He paid $12 — twice!", ["He", "paid", "$12 —", "twice!"]),
        ("— Yes.", ["— Yes."]),
        ("...", []),
        ("50 % off", ["50", "%", "off"]),
        ("天気は晴れ", ["天気は晴れ"]),
    ],
)
def test_marks_that_nobody_says_stay_with_a_word(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("start_s", "end_s"), [(-0.1, 0.2), (0.5, 0.4), (math.nan, 1.0), (0.0, math.inf)]
)
def test_a_time_that_cannot_be_is_refused_with_its_word(start_s: float, end_s: float) -> None:
    with pytest.raises(WordTimeInvalid) as caught:
        check_words([Word("fine", 0.0, 0.0), Word("broken", start_s, end_s)])

    assert caught.value.index == 1
    assert "broken" in str(caught.value)


def test_a_word_that_starts_too_soon_is_refused() -> None:
    with pytest.raises(WordsOverlap) as caught:
        check_words([Word("one", 0.0, 0.5), Word("two", 0.4, 0.8)])

    assert (caught.value.start_s, caught.value.previous_end_s) == (0.4, 0.5)
