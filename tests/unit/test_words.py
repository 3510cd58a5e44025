"""Timed words are in order, and each has a possible time."""

from __future__ import annotations

import math

import pytest

from wordlight.errors import WordsOverlap, WordTimeInvalid
from wordlight.words import Word, check_words


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
