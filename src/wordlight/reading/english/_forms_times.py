"""English times and dates in one piece: "7:30pm", "1990s-2000s", "3/14/15"."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading.english._amounts import DASH, rank, short_year
from wordlight.reading.english._forms import form
from wordlight.reading.english._tables_calendar import MONTH_NAMES

HALF_OF_DAY = r"(?P<half>[AaPp]\.?[Mm])"
_HOUR = r"(?P<h>[01]?\d|2[0-4])"
_MINUTES = r"(?P<m>[0-5]\d)"
_DECADE = r"(?:[1-9]|1\d\d|20\d)0"
_TIME = re.compile(f"{_HOUR}[:.]{_MINUTES}")


def read_hour(text: str) -> list[str] | None:
    """A time before "a.m." or "p.m."; None if it is no time with minutes.

    >>> read_hour("7:00"), read_hour("7.05")
    (['seven'], ['seven', 'oh', 'five'])
    """
    match = _TIME.fullmatch(text)
    return None if match is None else [*_hour(match), *_minutes(match["m"])]


def _time(match: re.Match[str]) -> list[str]:
    """A time with minutes: "7:30", "7:30pm"; "7:00" is "seven o'clock"."""
    if match["half"]:
        return [*_hour(match), *_minutes(match["m"]), *_half(match)]
    full = "o'clock" if 1 <= int(match["h"]) <= 12 else "hundred"
    return [*_hour(match), *(_minutes(match["m"]) or [full])]


def _whole_hour(match: re.Match[str]) -> list[str]:
    return [*_hour(match), *_half(match)]


def _hour(match: re.Match[str]) -> list[str]:
    return numerals.cardinal(str(int(match["h"])))


def _minutes(text: str) -> list[str]:
    return [] if int(text) == 0 else short_year(text)


def _half(match: re.Match[str]) -> list[str]:
    return [match["half"][0].upper(), "M"]


def _decade(match: re.Match[str]) -> list[str]:
    return numerals.decade(match["n"])


def _decades(match: re.Match[str]) -> list[str]:
    return [*numerals.decade(match["a"]), "to", *numerals.decade(match["b"])]


def _short_year(match: re.Match[str]) -> list[str]:
    return short_year(match["n"])


def _date(match: re.Match[str]) -> list[str]:
    month = MONTH_NAMES[int(match["month"]) - 1]
    return [month, *rank(match["day"]), *short_year(match["year"])]


CLOCK = (
    form(f"{_HOUR}[:.]{_MINUTES}{HALF_OF_DAY}", _time),
    form(f"{_HOUR}:{_MINUTES}{HALF_OF_DAY}?", _time),
    form(f"(?P<h>1[0-2]|0?[1-9]){HALF_OF_DAY}", _whole_hour),
)
CALENDAR = (
    form(rf"'?(?P<a>{_DECADE})s{DASH}'?(?P<b>{_DECADE})s", _decades),
    form(r"'?(?P<n>[1-9]0|1\d\d0|20\d0)'?s", _decade),
    form(r"'(?P<n>\d\d)", _short_year),
    form(
        r"(?P<month>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12]\d|3[01])/(?P<year>\d\d)",
        _date,
    ),
)
