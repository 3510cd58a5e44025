"""English units and signs that do not stand after a plain number: "1/2 cup", "a lb.", "per hr"."""

from __future__ import annotations

import re

from wordlight.reading._word_list import word_list
from wordlight.reading.english._context import Context
from wordlight.reading.english._tables_shortened import ABBREVIATIONS
from wordlight.reading.english._tables_symbols import FRACTIONS
from wordlight.reading.english._tables_units import PER, UNITS
from wordlight.reading.english._units import one_unit

_POWER_OF_TEN = re.compile(r"10[\^⁰¹²³⁴⁵⁶⁷⁸⁹⁻]")
_PART = re.compile(r"[1-9]/\d+")
_COMPARISONS = {"<": "less", ">": "greater"}
_AFTER_AN_ARTICLE = word_list("yd lb oz hr min sec mi ft")
"""Units after "a", with a stop or without one."""
_WORDS_WITHOUT_STOP = word_list("min sec mi")
"""The `_AFTER_AN_ARTICLE` that are plain words, unless a stop stands after them."""
_COUNTING = word_list("sq cu million billion thousand")
_NO_UNITS = word_list("in am pm px pt")
"""Words that are never units after a large number or a fraction."""


def read_unit_word(context: Context) -> list[str] | None:
    """What is said for a unit, or a sign between numbers; None if it is neither."""
    piece, before, after = context.piece, context.before, context.after
    if not before.core:
        return None
    if piece.lower in ("x", "×") and after.core[:1].isdecimal():
        return _between_numbers(context)
    if piece.core in _COMPARISONS and len(before.core) == 1:
        return ["is", _COMPARISONS[piece.core], "than"]
    if before.lower == "per" and len(piece.lower) > 1 and piece.lower in PER:
        return PER[piece.lower].split()
    is_unit = piece.has_stop or piece.lower not in _WORDS_WITHOUT_STOP
    if before.lower in ("a", "an") and piece.lower in _AFTER_AN_ARTICLE and is_unit:
        return one_unit(UNITS[piece.lower]).split()
    if piece.lower in ("sq", "cu") and after.lower in UNITS:
        return ABBREVIATIONS[piece.lower].split()
    if piece.lower == "fl" and after.lower == "oz":
        return ["fluid"]
    return _counted(context)


def _between_numbers(context: Context) -> list[str] | None:
    """What is said for an "x": "by" between two sides, "times" between two numbers."""
    before = context.before
    if _POWER_OF_TEN.match(context.after.core):
        return ["times"]
    if not before.core[-1:].isdecimal() and before.lower not in UNITS:
        return None
    is_side = context.piece.lower == "x" or before.lower in UNITS or not before.core.isdecimal()
    return ["by"] if is_side else ["times"]


def _counted(context: Context) -> list[str] | None:
    """A unit after "million", "sq" or a fraction."""
    lower, before = context.piece.lower, context.before
    if lower not in UNITS or len(lower) < 2:
        return None
    if (before.core in FRACTIONS or _PART.fullmatch(before.core)) and lower != "in":
        return one_unit(UNITS[lower]).split()
    is_part = before.core in FRACTIONS or ("/" in before.core and before.core[-1].isdecimal())
    if (is_part or before.lower in _COUNTING) and lower not in _NO_UNITS:
        return UNITS[lower].split()
    return None
