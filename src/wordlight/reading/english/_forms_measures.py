"""English measures in one piece: "10-15kg", "5km", "10x12", "6'2", "2½"."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading.english._amounts import (
    DASH,
    LONGEST_COMPARED,
    NUMBER,
    amount,
    pairs,
    plain_number,
    plural,
    short_year,
)
from wordlight.reading.english._forms import form
from wordlight.reading.english._tables_symbols import FRACTIONS, FRACTIONS_BEHIND_A_NUMBER
from wordlight.reading.english._units import PER_UNIT, UNIT, unit

_YEAR = re.compile(r"1\d{3}|20\d\d")
_THOUSANDS = re.compile(r"\d{4}")
_SIDE = r"\d+(?:\.\d+)?"
_SIDES = rf"{_SIDE}(?:[x×]{_SIDE}){{1,2}}"


def _range(match: re.Match[str]) -> list[str]:
    """Two numbers with a dash between them: years, a score, a code or a range."""
    a, b, measured = match["a"], match["b"], match["unit"]
    if _YEAR.fullmatch(a) and re.fullmatch(r"\d\d", b):
        return [*numerals.year(a), "to", *short_year(b)]
    if not measured and _is_falling(a, b):
        if int(a) < 200 and len(a) < 4:
            return [*numerals.cardinal(a), *numerals.cardinal(b)]  # a score
        if int(a) >= 200 and len(a) > len(b):
            return [*plain_number(a), *plain_number(b)]  # a code: neither a range nor a score
    said = unit(measured, b) if measured else None
    if said is not None:
        return [*amount(a), "to", *amount(b), *said]
    letter = [measured.upper()] if measured else []
    return [*plain_number(a), "to", *plain_number(b), *letter]


def _is_falling(a: str, b: str) -> bool:
    """Whether the second of two whole numbers is the smaller one."""
    is_weighed = a.isdecimal() and b.isdecimal() and max(len(a), len(b)) <= LONGEST_COMPARED
    return is_weighed and int(b) < int(a)


def _measure(match: re.Match[str]) -> list[str] | None:
    said = unit(match["unit"], match["n"])
    if said is None:
        return None
    return [*(["minus"] if match["minus"] else []), *amount(match["n"]), *said]


def _sides(match: re.Match[str]) -> list[str]:
    """Two or three sides: "10x12", "1920x1080", or in the plural "2x4s"."""
    said: list[str] = []
    for side in re.findall(_SIDE, match[0]):
        said += [
            *(["by"] if said else []),
            *(pairs(side) if _THOUSANDS.fullmatch(side) else amount(side)),
        ]
    return plural(said) if match[0].endswith("s") else said


def _with_fraction(match: re.Match[str]) -> list[str]:
    return [*amount(match["n"]), "and", *FRACTIONS_BEHIND_A_NUMBER[match["part"]].split()]


def _feet(match: re.Match[str]) -> list[str]:
    return [*amount(match["feet"]), "foot", *(amount(match["inches"]) if match["inches"] else [])]


SEVERAL_SIDES = form(r"\d+x\d+s", _sides)
RANGE = form(
    rf"(?P<a>{NUMBER}){DASH}(?P<b>{NUMBER})(?P<unit>(?:{UNIT})[²³23]?(?:/(?:{PER_UNIT}))?)?",
    _range,
    any_case=True,
)
MEASURES = (
    form(_SIDES, _sides),
    form(
        rf"(?P<minus>{DASH})?(?P<n>{NUMBER})"
        rf"(?P<unit>(?:{UNIT}|[A-Za-z]+)[²³]?(?:/(?:{PER_UNIT}))?|°[CF]?)",
        _measure,
        any_case=True,
    ),
    form(rf"(?P<n>\d+)(?P<part>[{''.join(FRACTIONS)}])", _with_fraction),
    form(r"(?P<feet>\d)'(?P<inches>1?\d)?", _feet),
)
