"""Where a person would break: words that stay together, in short captions and in long ones."""

from __future__ import annotations

import numpy as np
import pytest

from wordlight.subtitles import Layout, set_captions
from wordlight.subtitles.breaks import CLASSES, break_after, looseness, word_class

from .passages import even

SPOKEN = {
    "Let me tell you about coffee.": ["about coffee"],
    "I was thinking about coffee all day long.": ["about coffee"],
    "Nobody here talks about coffee or about tea.": ["about coffee", "about tea"],
    "I should have asked for some sugar.": ["should have", "some sugar"],
    "The heat comes on and the water begins to boil.": ["The heat", "the water", "to boil"],
    "She drove to New York on Monday morning.": ["New York", "on Monday"],
    "It was 20 degrees in the shade.": ["20 degrees", "the shade"],
    "He was kind of tired of the sea.": ["kind of", "the sea"],
    "Put the phone in the kitchen tonight.": ["the phone", "the kitchen"],
    "They wanted to tell us the truth.": ["to tell", "the truth"],
    "You need a pinch of salt and two eggs.": ["of salt", "two eggs"],
    "We waited at the station for an hour.": ["the station", "an hour"],
    "He said that he had never seen the sea.": ["had never", "the sea"],
    "Turn off the light and close the door.": ["Turn off", "the light", "the door"],
}


@pytest.mark.parametrize("text", SPOKEN)
@pytest.mark.parametrize("line_characters", [14, 16, 18])
def test_words_that_belong_together_stay_on_one_line(text: str, line_characters: int) -> None:
    layout = Layout.of(profile="shorts").narrowed(line_characters)

    lines = [str(line) for c in set_captions(even(text), layout) for line in c.text.split("\n")]

    whole = "\n".join(lines)
    assert [pair for pair in SPOKEN[text] if pair not in whole] == []


@pytest.mark.parametrize("profile", ["netflix", "bbc", "youtube"])
@pytest.mark.parametrize("line_characters", [14, 18])
def test_upright_video_breaks_where_a_speaker_would_with_any_profile(
    profile: str, line_characters: int
) -> None:
    layout = Layout.of(profile=profile).narrowed(line_characters)

    shown = [c.text for c in set_captions(even("Let me tell you about coffee."), layout)]

    assert "about coffee." in "\n".join(shown)


@pytest.mark.parametrize(
    "text",
    ["It left a shell that nobody had ever seen before", "I know the man who sold it to them"],
)
def test_no_word_is_left_alone_at_the_end_of_what_is_said(text: str) -> None:
    *_, last = "\n".join(c.text for c in set_captions(even(text), Layout.of())).split("\n")

    assert " " in last


def test_a_sentence_of_three_clauses_is_not_three_captions_of_a_second() -> None:
    words = even("We opened the door, looked around the room, and went home.")

    captions = set_captions(words, Layout.of())

    assert len(captions) <= 2


@pytest.mark.parametrize(
    ("text", "tight", "loose"),
    [
        ("tell me about coffee today", 2, 1),
        ("we met in the old harbour because it rained", 3, 5),
        ("she will never go home with him", 1, 4),
        ("the man who came by was kind of a friend", 7, 4),
    ],
)
def test_a_line_ends_more_readily_between_phrases_than_inside(
    text: str, tight: int, loose: int
) -> None:
    words = text.split()

    found = looseness(words, np.array([break_after(word) for word in words]))

    assert found[tight] < found[loose]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("“The", "article"), ("didn’t", "auxiliary"), ("slowly,", "-ly"), ("3rd", "number"),
        ("Porto", "name"), ("famous", "adjective"), ("glass", "short"), ("—", "none"),
    ],
)  # fmt: skip
def test_a_word_has_the_class_that_its_letters_tell(word: str, name: str) -> None:
    assert CLASSES[word_class(word)] == name
