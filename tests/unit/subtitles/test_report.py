"""The quality report."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from wordlight.subtitles import Canvas, Layout, compose_look, report, set_captions
from wordlight.words import Word

from .passages import even, spoken, story


def read(words: list[Word], mode: str = "sentence") -> dict[str, Any]:
    layout = Layout.of(mode)
    canvas = Canvas()
    captions = set_captions(words, layout)
    found: dict[str, Any] = json.loads(
        report(captions, layout, words, compose_look(canvas=canvas), canvas)
    )
    return found


def test_an_ordinary_story_keeps_every_limit() -> None:
    found = read(story())

    assert set(found["conformity"].values()) == {1.0}
    assert found["misses"] == []
    assert found["n_words"] == len(story())


def test_a_word_longer_than_a_line_is_named() -> None:
    found = read(even(f"Look {'x' * 50} here."))

    miss = next(miss for miss in found["misses"] if miss["limit"] == "line_characters")
    assert (miss["value"], miss["allowed"]) == (50, 42)
    assert found["conformity"]["line_characters"] < 1.0


def test_speech_too_fast_to_read_is_named_with_the_least_that_its_pace_allows() -> None:
    found = read(even("Extraordinarily " * 30, 0.2))

    misses = [miss for miss in found["misses"] if miss["limit"] == "characters_per_s"]
    assert found["conformity"]["characters_per_s"] < 0.5
    assert found["readable_or_at_floor"] == 1.0
    assert all(miss["is_at_floor"] for miss in misses)
    assert all(miss["value"] >= 0.99 * miss["floor"] > 20 for miss in misses)
    assert misses[0]["why"] == "the speech: 300 words a minute, and no pause after them"


def test_a_caption_that_could_stand_longer_is_not_at_its_floor() -> None:
    layout, words = Layout.of(), even("Nothing could be as hard to read as this is.", 0.05)
    (caption,) = set_captions(words, layout)
    hasty = replace(caption, end_ms=caption.start_ms + 900)

    found = json.loads(report([hasty], layout, words))

    (miss,) = found["misses"]
    assert not miss["is_at_floor"]
    assert "6.1 is possible" in miss["why"]
    assert found["readable_or_at_floor"] == 0.0


def test_low_scores_and_words_without_anything_to_show_are_counted() -> None:
    words = [Word("sure", 0.0, 0.5, 0.9), Word("maybe", 0.5, 1.0, 0.2), Word(" ", 1.0, 1.1)]

    found = read(words)

    assert found["n_low_score_words"] == 1
    assert found["fixes"]["words_not_shown"] == 1


def test_nothing_at_all_conforms() -> None:
    assert set(read([])["conformity"].values()) == {1.0}


@pytest.mark.parametrize("mode", ["word", "roll-up"])
def test_words_and_rows_are_judged_by_their_length_only(mode: str) -> None:
    assert list(read(story(), mode)["conformity"]) == ["line_characters"]


def test_a_word_of_pieces_is_one_word_of_a_caption() -> None:
    layout = Layout.of(limits={"words": 2})
    words = spoken([("don", ""), ("'t", " "), ("go", "")])
    captions = set_captions(words, layout)

    found = json.loads(report(captions, layout, words))

    assert found["n_captions"] == 1
    assert found["conformity"]["words"] == 1.0
    assert found["n_words"] == 3


def test_warnings_are_passed_on() -> None:
    found = json.loads(report([], Layout.of(), story(), warnings=["a note is not spoken"]))

    assert found["warnings"] == ["a note is not spoken"]


def test_an_answer_without_words_says_what_to_look_at() -> None:
    (warning,) = read([])["warnings"]

    assert warning.startswith("there are no words to show: check that the recording holds speech")
    assert read(story())["warnings"] == []
