"""The STYLE tensor: what it sets, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wordlight.errors import InvalidInput, NotOneOf, OutOfRange
from wordlight.subtitles import (
    STYLE_FIELDS,
    Canvas,
    compose_look,
    read_style,
)


@pytest.mark.parametrize(
    ("style", "named"),
    [
        ({"size": 40, "scale": 2}, "'size' and 'scale'"),
        ({"speakers": {"Ann": {"size": 40, "scale": 2}}}, "speaker 'Ann' 'size' and 'scale'"),
        ({"keyword_colours": ["#FFFFFF"] * 4}, "at most 3"),
        ({"keywords": ["a", 3]}, "'keywords'"),
        ({"growth": 2}, "1 to 1.5"),
        ({"entrance": "fly"}, "none, fade"),
        ({"radius": -1}, "0 to 500"),
        ({"word_box": "purple"}, "'word_box'"),
    ],
)
def test_new_fields_say_what_they_can_be(style: Any, named: str) -> None:
    with pytest.raises(InvalidInput, match=r"STYLE") as refusal:
        read_style(json.dumps(style))

    assert named in str(refusal.value)


def test_every_style_field_is_a_field_of_the_look() -> None:
    look = compose_look()

    assert all(hasattr(look, name) for name in STYLE_FIELDS if name != "scale")


@pytest.mark.parametrize(
    ("style", "names"),
    [
        ({"colour": "#FFFFFF"}, ["'colour'", "primary"]),
        ({"primary": "red"}, ["'primary'", "#RRGGBB"]),
        ({"primary": "#12345"}, ["'primary'"]),
        ({"primary": "#１２３４５６"}, ["'primary'"]),
        ({"size": "big"}, ["'size'", "number from 4 to 1000"]),
        ({"size": True}, ["'size'"]),
        ({"size": 1e9}, ["'size'"]),
        ({"bold": 1}, ["'bold'", "true or false"]),
        ({"alignment": 10}, ["'alignment'", "1 to 9"]),
        ({"alignment": 2.5}, ["'alignment'"]),
        ({"font": "Arial,99"}, ["'font'"]),
        ({"font": ""}, ["'font'"]),
        ({"margin_l": -1}, ["'margin_l'"]),
        ({"glow": 201}, ["'glow'", "0 to 200"]),
        ({"blur": -1}, ["'blur'", "0 to 100"]),
        ({"speakers": []}, ["'speakers'", "object"]),
        ({"speakers": {}}, ["'speakers'", "1 to 50"]),
        ({"speakers": {"A": {"primary": "red"}}}, ["'A'", "'primary'", "#RRGGBB"]),
        ({"speakers": {"A": {"colour": "#FFFFFF"}}}, ["'A'", "'colour'", "primary"]),
        ({"speakers": {"A": {"speakers": {}}}}, ["'speakers'"]),
        ([], ["list", "object"]),
        ("x", ["string"]),
        (None, ["null"]),
    ],
)
def test_a_style_that_cannot_be_is_refused_by_name(style: Any, names: list[str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_style(json.dumps(style))

    assert refusal.value.field == "STYLE"
    assert all(name in str(refusal.value) for name in names)


@pytest.mark.parametrize("text", ["{", "[" * 10_000, '{"size": NaN}', '{"size": 1e999}', "nope"])
def test_broken_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_style(text)


def test_a_preset_or_canvas_that_cannot_be_is_refused() -> None:
    with pytest.raises(NotOneOf):
        compose_look("fancy")
    with pytest.raises(OutOfRange):
        Canvas(0, 1080)
