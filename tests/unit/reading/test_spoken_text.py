"""The text for a speaker has the words as they are said, and the marks that make pauses."""

from __future__ import annotations

import pytest

from wordlight.reading import breaks, read_script, spoken_text


def spoken(script: str, language: str | None = None) -> str:
    words = read_script(script, language).words
    return spoken_text(words, breaks(words))


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("It cost $5 million.", "It cost five million dollars."),
        ("Dr. Lee left at 9 a.m. sharp.", "doctor Lee left at nine A M sharp."),
        ("The FBI met.", "The F B I met."),
        ("She ate a fig. It was no.", "She ate a fig. It was no."),
        ("Well-known “men” don’t.", "Well-known “men” don't."),
        ("man—unless it", "man— unless it."),
        ("Is it? Yes!", "Is it? Yes!"),
        ("Wait… what", "Wait... what."),
        ("Tom & Jerry", "Tom and Jerry."),
        ("## Getting *started*", "Getting started."),
        ("STOP that, I SAY", "stop that, I say."),
        ("A man with Plan A.", "a man with Plan A."),
        ("Hello 🎉 world!", "Hello world!"),
        ("He waits.  \n\n***\n\nShe goes", "He waits. She goes."),
    ],
)
def test_words_stand_as_they_are_said_and_stops_where_sentences_end(script: str, text: str) -> None:
    assert spoken(script) == text


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("Chapter One\nThe storm came", "Chapter One. The storm came."),
        ("Two eggs\nSalt\nFlour", "Two eggs. Salt. Flour."),
        ("Roses are red,\nViolets are blue", "Roses are red, Violets are blue."),
        ("When it rained\nwe went home", "When it rained, we went home."),
    ],
)
def test_a_line_that_ends_without_a_mark_gets_one(script: str, text: str) -> None:
    assert spoken(script) == text


@pytest.mark.parametrize(
    ("script", "letters"),
    [
        ("东京很大", "东京很大"),
        ("สวัสดีครับ", "สวัสดีครับ"),
        ("नमस्ते दुनिया", "नमस्ते दुनिया"),
        ("שָׁלוֹם", "שָׁלוֹם"),
    ],
)
def test_other_scripts_keep_every_vowel_and_get_no_spaces(script: str, letters: str) -> None:
    assert spoken(script).rstrip(".") == letters


def test_a_mark_before_a_small_letter_is_spoken_too() -> None:
    assert spoken("hello there! how are you? fine.") == "hello there! how are you? fine."


def test_no_sentence_ends_between_a_time_and_what_belongs_to_it() -> None:
    assert spoken("We met at 3 p.m. Monday.") == "We met at three P M Monday."
