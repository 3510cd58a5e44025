"""English dates that take several pieces, or a neighbour to recognise: "May 3", "on 9/30"."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading._pieces import Piece
from wordlight.reading._word_list import word_list
from wordlight.reading.english._amounts import rank, short_year
from wordlight.reading.english._context import Context, Shares
from wordlight.reading.english._tables_calendar import MONTH_NAMES, MONTHS, MONTHS_LIKE_WORDS

_DAY = re.compile(r"0?[1-9]|[12]\d|3[01]")
_DAY_AND_ORDINAL = re.compile(r"(\d\d?)(?:st|nd|rd|th)")
_MONTH_AND_DAY = re.compile(r"(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])")
_FULL_DECADE = re.compile(r"[12]\d\d0")
_FULL_YEAR = re.compile(r"[12]\d{3}")
_BEFORE_DATES = word_list("on until till since dated due")
_NOT_AFTER_DAYS = word_list("million percent % people")


def read_date(context: Context) -> Shares | None:
    """A day with its month, a decade whose "s" is the next piece, or a short year after a "'"."""
    core, before = context.piece.core, context.before
    if _FULL_DECADE.fullmatch(core) and context.partner.core == "s":
        return [numerals.decade(core), []]
    if context.piece.before.endswith("'") and re.fullmatch(r"\d\d", core):
        return [short_year(core)]
    if _DAY.fullmatch(core):
        return _read_day(context)
    if (match := _DAY_AND_ORDINAL.fullmatch(core)) and _is_month(context.partner):
        article = [] if before.lower == "the" else ["the"]
        day = [*article, *numerals.ordinal(match[1])]
        return [day, ["of", _month_name(context.partner)]]
    if (match := _MONTH_AND_DAY.fullmatch(core)) and before.lower in _BEFORE_DATES:
        return [[MONTH_NAMES[int(match[1]) - 1], *rank(match[2])]]
    return None


def _read_day(context: Context) -> Shares | None:
    """A day beside its month: "May 3", "3 May"."""
    piece, before, month = context.piece, context.before, context.partner
    is_behind = _is_month(before) and "," not in before.after
    if is_behind and month.lower not in _NOT_AFTER_DAYS:
        return [rank(piece.core)]
    is_may = month.lower == "may" and _FULL_YEAR.fullmatch(context.ahead(2).core) is not None
    if (_is_month(month) or is_may) and not piece.has_stop:
        return [["the", *numerals.ordinal(piece.core)], ["of", _month_name(month)]]
    return None


def _is_month(piece: Piece) -> bool:
    """Whether a piece beside a day is a month: "may" and "march" are verbs in lower case."""
    if piece.lower not in MONTH_NAMES and piece.lower not in MONTHS:
        return False
    return piece.is_capital or piece.lower not in MONTHS_LIKE_WORDS


def _month_name(piece: Piece) -> str:
    return MONTHS.get(piece.lower, piece.lower)
