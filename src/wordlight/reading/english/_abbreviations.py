"""English abbreviations, which their neighbours explain: "Dr. Hale", "No. 5", "5 Jan."."""

from __future__ import annotations

import re

from wordlight.reading._word_list import word_list
from wordlight.reading.english._context import Context
from wordlight.reading.english._letters import is_lettered, letters
from wordlight.reading.english._places import read_place, read_street
from wordlight.reading.english._romans import roman_value
from wordlight.reading.english._tables_calendar import DAYS, MONTHS
from wordlight.reading.english._tables_shortened import (
    ABBREVIATIONS,
    BARE_TITLES,
    NUMBERED,
    NUMBERED_BARE,
    NUMBERED_BY_FIGURES,
    STOPPED_WORDS,
    TITLES,
)
from wordlight.reading.english._tables_units import UNITS

HALVES_OF_DAY = word_list("am pm a.m p.m")
_AFTER_WAVES = word_list("radio station stations band")
_RANK = re.compile(r"\d+(?:st|nd|rd|th)", re.IGNORECASE)
_DAY_OR_YEAR = re.compile(r"(?:\d{1,2}(?:st|nd|rd|th)?|\d{4}|'\d\d)(?:[-–]\d+)?")
_YEAR = re.compile(r"\d{3,4}s?")
_OWNER = re.compile(r"(\w+)\.?['’]s")
_OWNERS = word_list("jr sr inc co corp ltd dr bros")
_LATIN = word_list("e.g i.e")
_TITLES_ANYWHERE = word_list("mr mrs ms dr prof sgt capt lt")
"""With a stop and a capital, these are titles even if no name follows."""
_BEFORE_MONTHS = word_list("""
    after before by early from in last late mid next of since this through till to until
""")
_BEFORE_DAYS = word_list(
    "& and by closed each every from last next on open or this through till until"
)
_MEASURING = word_list("max min temp ca est")
"""With a stop, these are abbreviations if a number follows."""


def read_abbreviation(context: Context) -> list[str] | None:
    """What an abbreviation is short for; None if the piece is not an abbreviation here."""
    for read in (
        _owner,
        _half_of_day,
        _numbered,
        read_street,
        read_place,
        _title,
        _month,
        _day,
        _by_sense,
        _with_stop,
    ):
        said = read(context)
        if said is not None:
            return said
    return None


def _owner(context: Context) -> list[str] | None:
    """An abbreviation in the possessive: "Smith Jr.'s"."""
    match = _OWNER.fullmatch(context.piece.lower)
    if match is None or match[1] not in _OWNERS:
        return None
    return [f"{ABBREVIATIONS.get(match[1]) or TITLES[match[1]]}'s"]


def _half_of_day(context: Context) -> list[str] | None:
    piece, before = context.piece, context.before
    if piece.lower not in HALVES_OF_DAY:
        return None
    is_time = "." in piece.lower or before.core[-1:].isdecimal()
    is_radio = piece.core.isupper() and context.after.lower in _AFTER_WAVES
    is_time = is_time or is_radio or (piece.core == "PM" and before.core != "")
    return letters(piece.core) if is_time else None


def _numbered(context: Context) -> list[str] | None:
    """An abbreviation before a number: "No. 5", "Fig. 3"."""
    piece, before, number = context.piece, context.before, context.after.core
    lower = piece.lower
    is_figure = number[:1].isdecimal()
    if lower not in NUMBERED or not (is_figure or number[:1] == "#" or roman_value(number) > 1):
        return None
    if not piece.has_stop:
        is_bare = lower in NUMBERED_BARE and (lower != "no" or piece.core == "No")
        if not is_bare or piece.is_parted:
            return None
    if lower in NUMBERED_BY_FIGURES and not is_figure:
        return None
    if before.core[-1:].isdecimal() and lower in UNITS:
        return None
    if before.lower in ("a", "an", "one") and not piece.is_capital:
        return None
    return [NUMBERED[lower]]


def _title(context: Context) -> list[str] | None:
    """A title before a name: "Dr. Hale"."""
    piece, after = context.piece, context.after
    lower = piece.lower
    if lower not in TITLES:
        return None
    if not piece.has_stop:
        is_bare = lower in BARE_TITLES or piece.core == "Ms"
        is_title = is_bare and piece.is_capital and after.is_capital
    else:
        is_title = after.is_capital or (lower == "messrs" and after.core != "")
        is_title = is_title or (piece.is_capital and lower in _TITLES_ANYWHERE)
    return [TITLES[lower]] if is_title else None


def _month(context: Context) -> list[str] | None:
    """A short month, beside a day or a year or with a stop: "5 Jan", "in Feb."."""
    piece, lower = context.piece, context.piece.lower
    if lower not in MONTHS:
        return None
    is_dated = any(_DAY_OR_YEAR.fullmatch(near.core) for near in (context.before, context.after))
    is_word = lower in STOPPED_WORDS
    if not piece.is_capital and (not is_dated or (is_word and lower != "jan")):
        return None
    is_month = is_dated or (
        piece.has_stop and (not is_word or context.before.lower in _BEFORE_MONTHS)
    )
    return [MONTHS[lower]] if is_month else None


def _day(context: Context) -> list[str] | None:
    """A short weekday with a stop: "Mon.", "on Sat."."""
    piece, before, after = context.piece, context.before, context.after
    if piece.lower not in DAYS or not piece.is_capital or not piece.has_stop:
        return None
    is_day = piece.lower not in STOPPED_WORDS or "," in piece.after
    is_day = is_day or before.lower in _BEFORE_DAYS or before.lower in DAYS
    is_day = is_day or after.core[:1].isdecimal() or after.lower in MONTHS or after.lower in DAYS
    return [DAYS[piece.lower]] if is_day else None


def _by_sense(context: Context) -> list[str] | None:
    """An abbreviation that a neighbour explains: "10 pp", "3rd fl", "c. 1450", "Sec. of State"."""
    piece, before, after = context.piece, context.before, context.after
    if piece.lower == "pp" and before.core[-1:].isdecimal():
        return ["pages"]
    if piece.lower == "fl" and _RANK.fullmatch(before.core):
        return ["floor"]
    if piece.lower == "c" and piece.has_stop and _YEAR.fullmatch(after.core):
        return ["circa"]
    if piece.lower == "sec" and piece.has_stop and after.lower == "of":
        return ["secretary"]
    return None


def _with_stop(context: Context) -> list[str] | None:
    """An abbreviation from the table, unless it is a word at the end of a sentence."""
    piece, lower = context.piece, context.piece.lower
    if lower in _LATIN:
        return ABBREVIATIONS[lower].split()
    if not piece.has_stop or lower not in ABBREVIATIONS or is_lettered(piece.core):
        return None
    if lower in STOPPED_WORDS and not _is_shortened(context):
        return None
    return ABBREVIATIONS[lower].split()


def _is_shortened(context: Context) -> bool:
    """Whether a neighbour shows that one of the `STOPPED_WORDS` is an abbreviation."""
    lower, before, after = context.piece.lower, context.before, context.after
    if lower == "co":
        is_letter = re.fullmatch("[A-M]", after.core) is not None
        return is_letter or before.is_capital or before.core == "&"
    if lower == "al":
        return before.lower == "et"
    if lower == "ed":
        return _RANK.fullmatch(before.core) is not None
    return lower in _MEASURING and after.core[:1].isdecimal()
