"""What is said for an English piece with digits, whatever stands beside it."""

from __future__ import annotations

import re

from wordlight.reading.english._amounts import DASH, NUMBER
from wordlight.reading.english._forms import form, read_form
from wordlight.reading.english._forms_counts import (
    DECIMAL,
    RANKS_AND_CODES,
    RATIOS,
    SEVERAL,
    SLASHED,
    VERSIONS,
    WHOLE_NUMBERS,
)
from wordlight.reading.english._forms_measures import MEASURES, RANGE, SEVERAL_SIDES
from wordlight.reading.english._forms_money import MONEY, SIGN
from wordlight.reading.english._forms_powers import POWERS
from wordlight.reading.english._forms_times import CALENDAR, CLOCK, HALF_OF_DAY
from wordlight.reading.english._letters import plain
from wordlight.reading.english._tables_money import CURRENCIES, MAGNITUDES
from wordlight.reading.english._tables_symbols import SIGNS
from wordlight.reading.english._units import unit

_CLOCK_TIME = r"\d\d?(?::\d\d)?"


def read_number(text: str) -> list[str] | None:
    """What is said for a piece with digits; None if it has none of the known forms.

    >>> read_number("£5m"), read_number("7pm"), read_number("2-5kg")
    (['five', 'million', 'pounds'], ['seven', 'P', 'M'], ['two', 'to', 'five', 'kilograms'])
    """
    return read_form(_FORMS, text)


def _hours(match: re.Match[str]) -> list[str]:
    """Two times with one "a.m." or "p.m.": "9-5pm", "10am-2:30pm"."""
    ends = [read_number(match[name]) or [] for name in ("a", "b")]
    first, second = ([word for word in end if word != "o'clock"] for end in ends)
    return [*first, "to", *second, match["half"][0].upper(), "M"]


def _signed(match: re.Match[str]) -> list[str] | None:
    rest = read_number(match["rest"])
    return None if rest is None else [*SIGNS[match["sign"]].split(), *rest]


def _compound(match: re.Match[str]) -> list[str] | None:
    """A number with words after a hyphen: "5-year-old", "19th-century", "1990s-era"."""
    text, rest = match["n"], match["rest"]
    head = read_number(text)
    if head is None or re.match("(?i:[ap]m-)", rest):
        return None
    first = rest.partition("-")[0]
    others = plain(rest.removeprefix(first))
    if text[0] in CURRENCIES and first.lower() in MAGNITUDES:
        return [*head[:-1], first.lower(), CURRENCIES[text[0]].one, *others]
    known = unit(first, text, is_attribute=True) if len(first) > 1 else None
    return [*head, *(known or plain(first)), *others]


_FORMS = (
    *MONEY,
    *CLOCK,
    form(rf"(?P<a>{_CLOCK_TIME}(?:[AaPp]\.?[Mm])?){DASH}(?P<b>{_CLOCK_TIME}){HALF_OF_DAY}", _hours),
    *RATIOS,
    SEVERAL,
    SEVERAL_SIDES,
    *CALENDAR,
    *RANKS_AND_CODES,
    RANGE,
    SLASHED,
    *POWERS,
    *MEASURES,
    form(r"(?P<sign>[-–—−+#~±<>≥≤≈@])(?P<rest>.*\d.*)", _signed),
    *VERSIONS,
    DECIMAL,
    form(
        rf"(?P<n>{NUMBER}|\d+(?:st|nd|rd|th)|\d+0s|\d+x\d+|\d+/\d+|{SIGN}(?:{NUMBER}))"
        r"-(?P<rest>[A-Za-z][A-Za-z'’-]*)",
        _compound,
        any_case=True,
    ),
    *WHOLE_NUMBERS,
)
"""The forms of numbers. A piece is read by the first form that can, so special forms come before
general ones."""
