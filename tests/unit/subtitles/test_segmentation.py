"""Where captions and lines end."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from wordlight.contract import MODES
from wordlight.subtitles import Layout, find_language, set_captions
from wordlight.subtitles.breaks import bond
from wordlight.words import Ending, Word

from .passages import even, spoken, story


def texts(words: list[Word], layout: Layout | None = None) -> list[str]:
    return [caption.text for caption in set_captions(words, layout or Layout.of())]


def test_a_short_sentence_stays_on_one_line() -> None:
    assert texts(even("It stands where it is.")) == ["It stands where it is."]


def test_captions_end_where_sentences_end() -> None:
    words = even(
        "The light had been there all night. It brought them back to the quiet harbour again."
    )

    assert texts(words) == [
        "The light had been there all night.",
        "It brought them back\nto the quiet harbour again.",
    ]


def test_a_long_pause_ends_a_caption_even_without_punctuation() -> None:
    first, second = even("then he opened the door"), even("and nobody was there")
    later = [Word(w.text, w.start_s + 4.0, w.end_s + 4.0) for w in second]

    assert texts(first + later) == ["then he opened the door", "and nobody was there"]


@pytest.mark.parametrize(
    "text",
    [
        "She walked slowly through the dark and silent forest of the northern hills today",
        "They had always wanted to see the great wall that the emperor had built there",
    ],
)
def test_no_line_ends_in_a_function_word(text: str) -> None:
    lines = "\n".join(texts(even(text))).split("\n")

    assert not {line.split()[-1] for line in lines} & {"the", "a", "of", "and", "that", "through"}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("the", "lamp"), ("of", "gold"), ("Anna", "Smith"), ("picked", "up"), ("Dr.", "Miller"),
        ("12", "dollars"), ("used", "to"), ("dangerous", "island"), ("she", "ran"), ("did", "not"),
        ("Chapter", "9"), ("because", "nobody"),
    ],
)  # fmt: skip
def test_words_that_hold_together_are_not_parted(left: str, right: str) -> None:
    assert bond(left, right, find_language("en")) >= 0.4


@pytest.mark.parametrize(
    ("left", "right"),
    [("lamp", "went"), ("table", "with"), ("Anna", "went"), ("people", "who"), ("house", "that")],
)
def test_words_that_part_easily_do(left: str, right: str) -> None:
    assert bond(left, right, find_language("en")) == 0


@pytest.mark.parametrize("names", ["Anna Smith", "New York City", "Captain Ahab"])
def test_a_name_is_never_broken_over_lines(names: str) -> None:
    for n_before in range(1, 9):
        before = ["people", "came", "walking", "over", "from", "very", "distant", "places"][
            :n_before
        ]
        text = " ".join([*before, names, "was waiting in the old harbour by the sea"])
        lines = "\n".join(texts(even(text))).split("\n")
        assert any(names in line for line in lines), lines


def test_two_lines_are_balanced() -> None:
    (caption,) = texts(even("Every single sailor told exactly the same story tonight.", 0.3))

    upper, lower = caption.split("\n")
    assert abs(len(upper) - len(lower)) <= 10


def test_a_word_longer_than_a_line_stands_alone() -> None:
    words = even(f"Look at {'x' * 60} right now.")

    assert "x" * 60 in texts(words)


@pytest.mark.parametrize(("language", "limit"), [("zh", 16), ("ja", 23)])
def test_unspaced_scripts_are_joined_without_spaces_and_kept_short(
    language: str, limit: int
) -> None:
    words = [
        Word(c, 0.2 * k, 0.2 * k + 0.2)
        for k, c in enumerate("暴风雨来的时候，村里的人都聚集在海滩上。" * 3)
    ]

    lines = "\n".join(texts(words, Layout.of(language=language))).split("\n")

    assert max(map(len, lines)) <= limit
    assert "".join(lines) == "暴风雨来的时候，村里的人都聚集在海滩上。" * 3


def test_latin_words_keep_their_space_in_an_unspaced_script() -> None:
    words = even("在 New York 住")

    assert texts(words, Layout.of(language="zh")) == ["在New York住"]


def test_a_narrow_screen_gets_shorter_lines() -> None:
    lines = "\n".join(texts(story(), Layout.of().narrowed(24))).split("\n")

    assert max(map(len, lines)) <= 24


def test_an_hour_of_words_is_set_in_linear_time() -> None:
    def seconds(n: int) -> float:
        words = even(
            " ".join(["The lighthouse keeper climbed the stairs, slowly."] * (n // 7)), 0.35
        )
        started = time.process_time()
        set_captions(words, Layout.of())
        return time.process_time() - started

    seconds(700)
    once, fourfold = seconds(2_250), seconds(9_000)

    assert fourfold < 2.0
    assert fourfold < 10 * once


@pytest.mark.parametrize("mode", MODES)
def test_a_written_line_s_end_passes_to_the_word_before_one_that_shows_nothing(mode: str) -> None:
    words = [Word("so", 0.0, 0.3), Word("\x00", 0.3, 0.3, ends=Ending.LINE), Word("it", 0.3, 0.6)]

    assert texts(words, Layout.of(mode)) == ["so", "it"]


def test_what_touches_a_word_that_shows_nothing_touches_the_next() -> None:
    shown = [("l", ""), ("\x00", ""), ("'eau", " "), ("\x00", ""), ("pure", "")]

    assert texts(spoken(shown), Layout.of(language="fr")) == ["l'eau pure"]


def test_no_price_makes_a_caption_go_on_over_a_written_line_s_end() -> None:
    words = [
        replace(word, ends=Ending.LINE if index % 2 else Ending.NONE)
        for index, word in enumerate(even("the lamp of gold in the deep", 0.05))
    ]

    assert texts(words, Layout.of()) == ["the lamp", "of gold", "in the", "deep"]


def test_an_hour_of_verses_is_set_as_fast_as_an_hour_of_prose() -> None:
    prose = even("The lighthouse keeper climbed the stairs, slowly and alone. " * 1_000, 0.35)
    verses = [
        replace(word, ends=Ending.PARAGRAPH if index % 18 == 17 else Ending.LINE)
        if index % 6 == 5
        else word
        for index, word in enumerate(prose)
    ]

    def seconds(words: list[Word]) -> float:
        started = time.process_time()
        set_captions(words, Layout.of())
        return time.process_time() - started

    seconds(prose[:700])
    assert (
        min(seconds(verses) for _ in range(3)) < 1.5 * min(seconds(prose) for _ in range(3)) + 0.1
    )
