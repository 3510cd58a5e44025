"""Directions in brackets are taken out, and all other brackets stay."""

from __future__ import annotations

import pytest

from wordlight.errors import InvalidInput
from wordlight.reading.directions import (
    EndSay,
    Pause,
    Rate,
    Say,
    Voice,
    other_brackets,
    take_brackets,
    voices_named,
)


@pytest.mark.parametrize(
    ("script", "shown", "directions"),
    [
        ("One. [pause:0.8s] Two.", "One.  Two.", [Pause(0.8)]),
        ("One. [pause:800ms] Two.", "One.  Two.", [Pause(0.8)]),
        ("One. [PAUSE: .5 s] Two.", "One.  Two.", [Pause(0.5)]),
        ("[voice:emma]Hi.[voice:] Ho.", "Hi. Ho.", [Voice("emma"), Voice("")]),
        ("[voice:emma+heart:0.3]Hi.", "Hi.", [Voice("emma+heart:0.3")]),
        ("[rate:0.9]Slow [rate:]so.", "Slow so.", [Rate(0.9), Rate(1.0)]),
        ("[rate:120%]Fast.", "Fast.", [Rate(1.2)]),
        ("Mr [Nguyen](say:win).", "Mr Nguyen.", [Say("win"), EndSay()]),
        ("A [tomato](/təmˈɑːtoʊ/).", "A tomato.", [Say("", "təmˈɑːtoʊ"), EndSay()]),
        ("[New York](say:noo yawk)", "New York", [Say("noo yawk"), EndSay()]),
    ],
)
def test_a_direction_is_taken_out(script: str, shown: str, directions: list[object]) -> None:
    taken = take_brackets(script)

    assert taken.plain == shown
    assert list(taken.directions) == directions
    assert taken.warnings == ()


@pytest.mark.parametrize(
    "script",
    [
        "He left. [laughs]", "It ran.[1] So.", "[pause]", "See [this](https://example.com/a).",
        "See [this](page.html) and [that][2].", "x = a[i]", "[[x]]", "[", "]", "[]", "[:]",
        "[say](now)",
    ],
)  # fmt: skip
def test_other_brackets_stay_as_they_are(script: str) -> None:
    taken = take_brackets(script)

    assert (taken.text, taken.directions, taken.warnings) == (script, (), ())


@pytest.mark.parametrize(
    ("script", "warning"),
    [
        ("One.\nTwo [speed:2].", "[speed:2] at line 2, column 5 is no direction and stays text"),
        ("Wait. [pause] So.", "[pause] at line 1, column 7 is no direction and stays text"),
        (
            "So [laughs] [1] [laughs].",
            "[laughs] at line 1, column 4 and [1] at line 1, column 13 are no directions and stay "
            "text",
        ),
    ],
)
def test_a_name_that_is_no_direction_stays_with_a_warning(script: str, warning: str) -> None:
    assert take_brackets(script).plain == script
    assert other_brackets(script) == [warning]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("[pause:1s Hello there.", "[pause:1s Hello there."),
        ("So (pause:1s) it is.", "(pause:1s)"),
        ("So {pause:1s} it is.", "{pause:1s}"),
        ("[voice:emma hi\nYou.", "[voice:emma hi"),
        ("[Nguyen](say win) it is.", "[Nguyen](say win)"),
        ("[Nguyen](sey:win) it is.", "[Nguyen](sey:win)"),
        ("[Nguyen(say:win) it is.", "[Nguyen(say:win)"),
        ("[tomato](/təˈmɑːtoʊ) it is.", "[tomato](/təˈmɑːtoʊ)"),
    ],
)
def test_what_is_nearly_a_direction_is_warned_of(script: str, text: str) -> None:
    (warning,) = other_brackets(script)

    assert warning.startswith(f"{text} at line 1, column ")
    assert take_brackets(script).directions == ()


def test_of_many_brackets_a_warning_names_a_few() -> None:
    script = " ".join(f"[{number}]" for number in range(1_000))

    (warning,) = other_brackets(script)

    assert warning.endswith("[4] at line 1, column 17 and 995 more are no directions and stay text")


@pytest.mark.parametrize("script", [r"\[1]", "[00:12] Hi.", "[a](https://b.c)", "[pause:1s]", "[]"])
def test_nobody_is_warned_of_other_brackets(script: str) -> None:
    assert other_brackets(script) == []


def test_each_voice_is_named_once_with_its_place() -> None:
    named = voices_named("[voice:emma]Hi.\n[voice:ben]Ho. [voice:emma]Hi. [voice:]So.")

    assert [(voice.name, voice.where) for voice in named] == [
        ("emma", "line 1, column 1"),
        ("ben", "line 2, column 1"),
    ]


@pytest.mark.parametrize(
    ("bracket", "voice"),
    [
        ("[voice:emma as Anna]", Voice("emma", "Anna")),
        ("[voice: emma  AS  Guest two ]", Voice("emma", "Guest two")),
        ("[voice: as Anna]", Voice("", "Anna")),
        ("[voice:asma]", Voice("asma")),
    ],
)
def test_a_voice_may_speak_as_somebody(bracket: str, voice: Voice) -> None:
    assert take_brackets(bracket).directions == (voice,)


def test_a_backslash_keeps_a_bracket() -> None:
    taken = take_brackets(r"Write \[pause:1s] or C:\\.")

    assert taken.plain == r"Write [pause:1s] or C:\\."
    assert taken.directions == ()


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("One.\nTwo [pause:soon].", "TEXT has a pause of 'soon' at line 2, column 5; give a time"),
        ("[pause:31s]", "TEXT, line 1, column 1: a pause is 31 s; it must be from 0 to 30 s"),
        ("[pause:]", "give a time such as 0.8s"),
        ("[pause:-1s]", "give a time such as 0.8s"),
        ("[pause:1e9s]", "give a time such as 0.8s"),
        ("[rate:9]", "a rate is 9; it must be from 0.5 to 2"),
        ("[rate:slow]", "give one such as 0.9 or 90%"),
        ("[voice:../../etc]", "give a ready voice's name"),
        ("[so](say: )", "write what to say behind say:"),
        ("[…](say:so)", "show a word to say"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_place(script: str, says: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        take_brackets(script)

    assert says in str(raised.value)


def test_too_many_are_refused() -> None:
    with pytest.raises(InvalidInput, match="more than 10,000 directions"):
        take_brackets("[rate:1]" * 10_001)


def test_private_characters_of_the_script_take_no_direction_s_place() -> None:
    taken = take_brackets("\U000f0000So [pause:1s]it\ue000 is.")

    assert taken.plain == "So it is."
    assert taken.text == "So \U000f0000\u200bit is."
