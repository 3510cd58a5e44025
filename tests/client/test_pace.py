"""An even pace: close to a reader's, with pauses where a reader breathes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wordlight_client.previews import LONGEST_TEXT, spoken, told_language

from wordlight.errors import EmptyText, TooLong
from wordlight.words import check_words

SCRIPT = Path(__file__).parents[2] / "docs/examples/script.txt"


def test_english_comes_at_some_150_words_a_minute() -> None:
    words = spoken(SCRIPT.read_text("utf-8")[:LONGEST_TEXT])

    assert len(words) / words[-1].end_s * 60 == pytest.approx(150, rel=0.1)


def test_there_are_pauses_after_commas_and_longer_ones_after_stops() -> None:
    words = spoken('Yes, "it is." And so on')

    gaps_s = [round(right.start_s - left.end_s, 2) for left, right in pairwise(words)]
    assert gaps_s == [0.2, 0.0, 0.5, 0.0, 0.0]


def test_a_longer_word_takes_longer() -> None:
    short, long = spoken("a lighthouse")

    assert long.end_s - long.start_s > 2 * (short.end_s - short.start_s)


def test_characters_of_chinese_and_japanese_are_words_of_their_own() -> None:
    texts = [word.text for word in spoken("今日は、OKです。 Yes")]

    assert texts == ["今", "日", "は、", "OK", "で", "す。", "Yes"]


@pytest.mark.parametrize("text", ["", " \n", "…", "-"])
def test_a_text_without_a_letter_is_refused(text: str) -> None:
    with pytest.raises(EmptyText, match="TEXT holds no letter, digit or symbol to show"):
        spoken(text)


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(TooLong, match="TEXT is 1,001 characters long; at most 1,000"):
        spoken("a" * (LONGEST_TEXT + 1))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_written_the_words_follow_each_other(text: str) -> None:
    words = spoken(f"A{text}")

    check_words(words)
    assert "".join(word.text for word in words) == "".join(f"A{text}".split())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今日は OK", "ja"), ("カメラ", "ja"), ("今天天气", "zh"), ("안녕 漢字", "ko"),
        ("مرحبا", "ar"),
        ("שלום", "he"), ("สวัสดี", "th"), ("नमस्ते", "hi"), ("Été, Straße!", None), ("", None),
    ],
)  # fmt: skip
def test_letters_tell_languages_that_are_set_otherwise(text: str, language: str | None) -> None:
    assert told_language(text) == language
