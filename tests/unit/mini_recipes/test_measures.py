from __future__ import annotations

import math

import numpy as np
from mini.measures import KnownVoices, WordErrors, rejoined

ONE, TWO = np.eye(2, dtype=np.float32)


def test_long_sentences_weigh_more_in_a_total() -> None:
    total = WordErrors.total([WordErrors(1, 2), WordErrors(0, 8)])

    assert total == WordErrors(1, 10)
    assert total.rate == 0.1


def test_a_total_of_nothing_has_no_rate() -> None:
    assert math.isnan(WordErrors.total([]).rate)


def test_a_word_is_split_or_joined_where_the_other_side_does_so() -> None:
    assert rejoined(["fire", "wood", "burns"], ["firewood", "burns"]) == ["firewood", "burns"]


def test_words_that_both_sides_have_apart_stay_apart() -> None:
    assert rejoined(["an", "other"], ["an", "other", "another"]) == ["an", "other"]


def test_a_voice_is_nearest_only_among_those_asked_about() -> None:
    voices = KnownVoices({"own": ONE, "rival": TWO})
    spoken = np.array([0.6, 0.8], np.float32)

    assert not voices.is_nearest("own", spoken)
    assert voices.is_nearest("rival", spoken)
    assert voices.is_nearest("own", spoken, among={"own"})
