"""The word of a caption that stands out."""

from __future__ import annotations

import pytest

from wordlight.contract import Colour
from wordlight.subtitles import compose_look, find_language
from wordlight.subtitles.formats.ass import keyword_colours

from .passages import even

GREEN, YELLOW, PINK = (Colour.of(code) for code in ("#00FF00", "#FFFF00", "#FF00FF"))
COLOURS = (GREEN, YELLOW, PINK)


@pytest.mark.parametrize(
    ("text", "word", "colour"),
    [
        ("He saved 300 dollars", "300", YELLOW),
        ("We went to Paris again", "Paris", PINK),
        ("this changes everything", "everything", GREEN),
        ("Remember the lighthouse", "lighthouse", GREEN),
        ("It stopped. Nobody moved", "stopped.", GREEN),
        ("I asked “Emma” why", "“Emma”", PINK),
    ],
)
def test_a_number_a_name_or_the_longest_word_stands_out(
    text: str, word: str, colour: Colour
) -> None:
    words = even(text)

    found = keyword_colours(words, compose_look(style={"keyword_colours": COLOURS}))

    assert {words[index].text: own for index, own in found.items()} == {word: colour}


@pytest.mark.parametrize("text", ["it is what it is", "I do", "because although", "so be it"])
def test_small_words_never_stand_out(text: str) -> None:
    assert keyword_colours(even(text), compose_look(style={"keyword_colours": COLOURS})) == {}


def test_a_german_noun_is_no_name() -> None:
    german = compose_look(style={"keyword_colours": COLOURS}, language=find_language("de"))

    assert keyword_colours(even("Das alte Haus am Meer"), german) == {}
    assert set(keyword_colours(even("in der alten Bibliothek"), german).values()) == {GREEN}


def test_words_that_are_named_stand_out_and_no_other() -> None:
    style = {"keyword_colours": COLOURS, "keywords": ("Now", "free")}
    words = even("NOW it is free, and everything else is not now.")

    found = keyword_colours(words, compose_look(style=style))

    assert [words[index].text for index in found] == ["NOW", "free,", "now."]
    assert set(found.values()) == {GREEN}


def test_nothing_stands_out_without_colours() -> None:
    style = {"keyword_colours": (), "keywords": ("now",)}

    assert keyword_colours(even("now or 300"), compose_look(style=style)) == {}
