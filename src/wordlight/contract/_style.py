"""The STYLE tensor: a JSON object of a look's fields, each checked by its name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from wordlight.contract._json_fields import read_object
from wordlight.errors import InvalidInput

_LONGEST_FONT_NAME = 64
_MOST_SPEAKERS = 50
MOST_KEYWORD_COLOURS, MOST_KEYWORDS = 3, 500
ENTRANCES = ("none", "fade")
"""How a caption appears: at once, or out of a haze that clears during its first word."""


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green, blue and opacity, 0 to 255 each."""

    red: int
    green: int
    blue: int
    opacity: int = 255

    @classmethod
    def of(cls, code: str) -> Colour:
        """The colour of ``#RRGGBB`` or ``#RRGGBBAA``.

        Raises:
            ValueError: The code has another form.
        """
        digits = code.removeprefix("#")
        if len(digits) not in (6, 8) or not code.startswith("#") or not digits.isascii():
            raise ValueError(code)
        if not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            raise ValueError(code)
        return cls(*bytes.fromhex(digits))


def read_style(text: str | None, name: str = "STYLE") -> dict[str, Any]:
    """The fields in STYLE, ready for `wordlight.subtitles.compose_look`; empty if there is no text.

    Raises:
        InvalidInput: The text is not a JSON object, has a field that does not exist, or gives a
            field a value that it cannot have.

    >>> read_style('{"size": 60, "bold": true}')
    {'size': 60.0, 'bold': True}
    """
    fields = read_object(name, text)
    _check_sizes(fields)
    return {key: _check(key, value) for key, value in fields.items()}


def _check_sizes(fields: Mapping[str, object], of: str = "") -> None:
    if "size" in fields and "scale" in fields:
        raise InvalidInput("STYLE", f"gives {of}'size' and 'scale'; one of them says how large")


def _check(key: str, value: object, of: str = "") -> object:
    if key not in STYLE_FIELDS:
        near = get_close_matches(key.lower().replace("color", "colour"), STYLE_FIELDS, n=1)
        hint = f"did you mean {near[0]!r}? There" if near else "there"
        allowed = ", ".join(STYLE_FIELDS)
        raise InvalidInput("STYLE", f"has no field {of}{key[:40]!r}; {hint} are: {allowed}")
    allowed, read = STYLE_FIELDS[key]
    try:
        return read(value)
    except ValueError:
        got = json.dumps(value, ensure_ascii=False)[:40]
        raise InvalidInput(
            "STYLE", f"gives {of}{key!r} the value {got}; it must be {allowed}"
        ) from None


_Reader = Callable[[object], object]


def _font(value: object) -> str:
    is_name = isinstance(value, str) and 0 < len(value) <= _LONGEST_FONT_NAME
    if not is_name or not all(c.isalnum() or c in " -_.+'&()" for c in str(value)):
        raise ValueError
    if not str(value).strip():
        raise ValueError
    return str(value).strip()


def _colour(value: object) -> Colour:
    if not isinstance(value, str):
        raise ValueError
    return Colour.of(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _number(low: float, high: float, unit: str) -> tuple[str, _Reader]:
    def read(value: object) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:  # type: ignore[operator]
            raise ValueError
        return round(float(value), 2)  # type: ignore[arg-type]

    return f"a number from {low:g} to {high:g}{unit}", read


def _whole(low: int, high: int, unit: str) -> tuple[str, _Reader]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError
        return value

    return f"a whole number from {low} to {high}{unit}", read


def _speakers(value: object) -> object:
    if not isinstance(value, dict) or not 0 < len(value) <= _MOST_SPEAKERS:
        raise ValueError
    looks: dict[str, dict[str, object]] = {}
    for name, fields in value.items():
        if not isinstance(fields, dict) or "speakers" in fields:
            raise ValueError
        of = f"speaker {name[:40]!r} "
        _check_sizes(fields, of)
        looks[name.strip()] = {key: _check(key, one, of) for key, one in fields.items()}
    return looks


def _colours(value: object) -> tuple[Colour, ...]:
    if not isinstance(value, list) or len(value) > MOST_KEYWORD_COLOURS:
        raise ValueError
    return tuple(map(_colour, value))


def _keywords(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_KEYWORDS:
        raise ValueError
    if not all(isinstance(word, str) and 0 < len(word.strip()) <= 100 for word in value):
        raise ValueError
    return tuple(word.strip() for word in value)


def _choice(*choices: str) -> tuple[str, _Reader]:
    def read(value: object) -> str:
        if value not in choices:
            raise ValueError
        return str(value)

    return f"one of {', '.join(choices)}", read


_COLOUR = ("a colour like #RRGGBB or #RRGGBBAA (FF is opaque)", _colour)
_FLAG = ("true or false", _flag)
_PIXELS = " pixels of the video"

STYLE_FIELDS: Mapping[str, tuple[str, _Reader]] = {
    "font": ("a font family of at most 64 letters, digits, spaces and -_.+'&()", _font),
    "size": _number(4, 1000, _PIXELS),
    "scale": _number(0.2, 5, " times the look's own size"),
    "leading": _number(0.5, 3, " em"),
    "primary": _COLOUR,
    "secondary": _COLOUR,
    "outline_colour": _COLOUR,
    "back_colour": _COLOUR,
    "bold": _FLAG,
    "italic": _FLAG,
    "outline": _number(0, 200, _PIXELS),
    "shadow": _number(0, 200, _PIXELS),
    "alignment": _whole(1, 9, ", as on a number pad: 2 is below, centred"),
    "margin_l": _whole(0, 8192, _PIXELS),
    "margin_r": _whole(0, 8192, _PIXELS),
    "margin_v": _whole(0, 8192, _PIXELS),
    "spacing": _number(-20, 200, _PIXELS),
    "word_spacing": _number(0, 200, _PIXELS),
    "uppercase": _FLAG,
    "box": _FLAG,
    "blur": _number(0, 100, _PIXELS),
    "glow": _number(0, 200, _PIXELS),
    "radius": _number(0, 500, _PIXELS),
    "word_box": _COLOUR,
    "accent": _COLOUR,
    "upcoming": _COLOUR,
    "keyword_colours": (f"a list of at most {MOST_KEYWORD_COLOURS} colours like #RRGGBB", _colours),
    "keywords": (f"a list of at most {MOST_KEYWORDS} words", _keywords),
    "growth": _number(1, 1.5, " times its size"),
    "entrance": _choice(*ENTRANCES),
    "speakers": (
        f"an object of 1 to {_MOST_SPEAKERS} speakers' names, each with an object of style fields",
        _speakers,
    ),
}
"""The fields that STYLE may have.

Each has a description of its allowed values, and a function that reads a value or raises
ValueError.
"""
