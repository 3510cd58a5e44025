"""Finds the words of a script that Whisper's transcript lacks."""

from __future__ import annotations

import pytest

from wordlight.reading import read_script
from wordlight.streaming import unheard


@pytest.mark.parametrize(
    ("script", "heard", "lost"),
    [
        ("The river ran low.", "the river ran low", []),
        ("The river ran low.", "The river, ran LOW!", []),
        ("The river ran low.", "The river low.", ["ran"]),
        ("The river ran low.", "The the river ran very low.", []),
        ("The river ran low.", "", ["The", "river", "ran", "low."]),
        ("The river ran low.", "...", ["The", "river", "ran", "low."]),
        ("He paid $5.", "He paid five dollars.", []),
        ("He paid five dollars.", "He paid $5.", []),
        ("He paid $5.", "He paid nine dollars.", ["$5."]),
        ("It is thirty-three.", "It is 33.", []),
        ("Everyone came.", "Every one came.", []),
        ("Every one came.", "Everyone came.", []),
        ("Skip to 12:30 now.", "Skip to 12.30 now.", []),
        ("He is the co-owner.", "He is the coowner.", []),
        ("Take 5 % off.", "Take 5 off.", ["%"]),
        ("[music] So it goes — so.", "So it goes so.", []),
        ("no no no", "no no", ["no"]),
    ],
)
def test_the_words_that_are_missing_are_named(script: str, heard: str, lost: list[str]) -> None:
    reading = read_script(script, "en")

    assert [reading.words[index].text for index in unheard(reading, heard)] == lost


def test_chinese_is_compared_word_by_word() -> None:
    reading = read_script("你好，世界。", "zh")

    assert unheard(reading, "你好世界") == []
    assert [reading.words[index].text for index in unheard(reading, "你好世")] == ["世界。"]


def test_what_nobody_says_is_never_missing() -> None:
    reading = read_script("[music] Hello there. — [applause]", "en")

    lost = unheard(reading, "")

    assert [reading.words[index].text for index in lost] == ["Hello", "there. —"]
