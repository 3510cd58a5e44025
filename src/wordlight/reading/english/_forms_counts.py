"""English counts, ratios, ranks and versions in one piece: "16:9", "3/4", "22nd", "v2.0"."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading.english._amounts import (
    DASH,
    LONGEST_COMPARED,
    NUMBER,
    amount,
    digits,
    pairs,
    plain_number,
    plural,
    short_year,
)
from wordlight.reading.english._forms import form
from wordlight.reading.english._forms_money import SIGN
from wordlight.reading.english._tables_calendar import MONTH_NAMES
from wordlight.reading.english._telephones import telephone

_WHOLE = rf"\d{{1,{LONGEST_COMPARED}}}"
_FRACTIONS_NOT_DATES = frozenset({"12", "16", "20", "25"})
"""Denominators of fractions, although a month has days with these numbers too."""


def _ratio(match: re.Match[str]) -> list[str]:
    """Two numbers with a colon: "3:1" is a ratio, but two digits make "5:30" a time."""
    a, b = match["a"], match["b"]
    if len(b) == 2 and int(b) < 60 and int(a) + int(b) != 100:
        return [*numerals.cardinal(a), *short_year(b)]
    return [*numerals.cardinal(a), "to", *numerals.cardinal(b)]


def _percents(match: re.Match[str]) -> list[str]:
    return [*amount(match["a"]), "percent", "to", *amount(match["b"]), "percent"]


def _several(match: re.Match[str]) -> list[str]:
    return plural(pairs(match["n"]))


def _digits(match: re.Match[str]) -> list[str]:
    return digits(match[0])


def _ordinal(match: re.Match[str]) -> list[str]:
    return numerals.ordinal(re.sub(r"\D", "", match[0]))


def _ordinals(match: re.Match[str]) -> list[str]:
    """A range of ranks, "3rd-5th", or a choice of two, "3rd/5th"."""
    first, second = (numerals.ordinal(re.sub(r"\D", "", match[name])) for name in ("a", "b"))
    return [*first, "or" if "/" in match[0] else "to", *second]


def _telephone(match: re.Match[str]) -> list[str]:
    return [*(["plus"] if match[0].startswith("+") else []), *telephone(match[0])]


def _slashed(match: re.Match[str]) -> list[str] | None:
    """Two numbers with a slash: "70/30", a date ("9/30"), "120/80", "100/100" or a fraction."""
    a, b = match["a"], match["b"]
    above, below = int(a), int(b)
    if above + below == 100 and below > 9:
        return [*numerals.cardinal(a), *numerals.cardinal(b)]
    if 1 <= above <= 12 and 10 < below <= 31 and b not in _FRACTIONS_NOT_DATES:
        return [MONTH_NAMES[above - 1], *numerals.ordinal(b)]
    if above >= 60 and 20 < below < above:
        return [*numerals.cardinal(a), "over", *numerals.cardinal(b)]
    if below in (10, 100) and above >= below:
        return [*numerals.cardinal(a), "out", "of", *numerals.cardinal(b)]
    if 2 <= below <= 100 and above < 10 * below:
        return numerals.fraction(a, b)
    return None


def _version(match: re.Match[str]) -> list[str]:
    said = ["version"] if match[0][0] in "vV" else []
    for index, part in enumerate(match["n"].split(".")):
        said += [*(["point"] if index else []), *numerals.cardinal(part)]
    return said


def _internet_address(match: re.Match[str]) -> list[str]:
    first, *others = match[0].split(".")
    return [*digits(first), *(word for part in others for word in ("dot", *digits(part)))]


def _retirement_plan(match: re.Match[str]) -> list[str]:
    return ["four", "oh", "one", "K"]


def _amount(match: re.Match[str]) -> list[str]:
    return amount(match[0])


def _plain_number(match: re.Match[str]) -> list[str]:
    return plain_number(match[0])


def _and_more(match: re.Match[str]) -> list[str]:
    return [*plain_number(match["n"]), "plus"]


def _owner(match: re.Match[str]) -> list[str]:
    said = pairs(match["n"]) if len(match["n"]) == 3 else plain_number(match["n"])
    return [*said[:-1], f"{said[-1]}'s"]


RATIOS = (
    form(rf"(?P<a>{_WHOLE}):(?P<b>{_WHOLE})", _ratio),
    form(rf"(?P<a>{NUMBER})%{DASH}(?P<b>{NUMBER})%", _percents),
)
SEVERAL = form(rf"{SIGN}?(?P<n>[1-9]\d*)s", _several)
_RANK = r"\d+(?:st|nd|rd|th)"
RANKS_AND_CODES = (
    form(rf"(?P<a>{_RANK})(?:{DASH}|/)(?P<b>{_RANK})", _ordinals, any_case=True),
    form(r"\d+(?:-\d+){3,}", _digits),
    form(r"(?i:(?:\d[\d,]*)?(?:1[1-3]|[04-9])th|(?:[\d,]*[02-9])?(?:1st|2nd|3rd))", _ordinal),
    form(
        r"(?:\+?\d{1,3}[-.])?(?:\(\d{3}\)|\d{3})[-.]\d{3}[-.]\d{4}"
        r"|\d{3}-\d{4}|\d{3}-\d{2}-\d{4}|\+\d{7,15}",
        _telephone,
    ),
)
SLASHED = form(rf"(?P<a>{_WHOLE})/(?P<b>{_WHOLE})", _slashed)
VERSIONS = (
    form(r"(?:v|V(?=\d+\.))(?P<n>\d+(?:\.\d+)*)", _version),
    form(r"(?P<n>\d+\.\d+\.\d{1,3})", _version),
    form(r"\d{1,3}(?:\.\d{1,3}){3}", _internet_address),
    form(r"401\(?k\)?", _retirement_plan),
)
DECIMAL = form(rf"(?=.*[.,])(?:{NUMBER})", _amount)
WHOLE_NUMBERS = (
    form(r"(?P<n>\d+)['’]s", _owner),
    form(rf"(?P<n>{NUMBER})\+", _and_more),
    form(r"\d{1,4}", _plain_number),
    form(r"[1-9]\d{4,14}", _amount),
)
