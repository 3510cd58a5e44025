"""Roman numerals in English: "Henry VIII", "Chapter IV", "World War I"."""

from __future__ import annotations

import re
from itertools import pairwise

from wordlight.reading import _numerals as numerals
from wordlight.reading.english._context import Context
from wordlight.reading.english._tables_romans import (
    CAPITAL_NO_ROMANS,
    KINDS,
    NO_NAMES,
    NUMBERED_BY_ROMANS,
    NUMBERED_SHORT,
    REIGNS,
    SMALL_NO_ROMANS,
    VERBS_AFTER_I,
)
from wordlight.reading.english._tables_shortened import NUMBERED

_ROMAN = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_OWNER = re.compile(r"['’]s$")


def read_roman(context: Context) -> list[str] | None:
    """A Roman numeral after a name or a numbered noun; None if the piece is no such numeral."""
    before, core = context.before, _OWNER.sub("", context.piece.core)
    if core.islower() and len(core) > 1 and before.lower in NUMBERED_BY_ROMANS:
        core = core if core in SMALL_NO_ROMANS else core.upper()
    value = roman_value(core)
    if not value or not before.core or before.lower in NO_NAMES:
        return None
    if before.is_parted and not before.has_stop:
        return None
    name = NUMBERED_SHORT.get(before.lower, before.lower).split("-")[-1]
    is_numbered = name in NUMBERED_BY_ROMANS or (before.has_stop and name in NUMBERED)
    if not _may_be_roman(core, name, context, is_numbered=is_numbered):
        return None
    said = numerals.cardinal(str(value))
    if not is_numbered and (_is_reign(context) or (name in REIGNS and before.is_capital)):
        said = ["the", *numerals.ordinal(str(value))]
    tail = "'s" if _OWNER.search(context.piece.core) else ""
    return [*said[:-1], said[-1] + tail]


def _may_be_roman(core: str, name: str, context: Context, *, is_numbered: bool) -> bool:
    """Whether capitals after that name may be a Roman numeral."""
    before = context.before
    if core == "I" and not _may_be_one(name, context, is_numbered=is_numbered):
        return False
    if is_numbered:
        return core not in ("V", "X") or before.is_capital
    if core in CAPITAL_NO_ROMANS or not before.is_capital:
        return False
    return len(core) > 1 or name in REIGNS


def _may_be_one(name: str, context: Context, *, is_numbered: bool) -> bool:
    """Whether "I" after that name may be a numeral, and not the word."""
    piece, before = context.piece, context.before
    if name == "war" or (name in KINDS and (piece.is_parted or piece.has_stop)):
        return True
    if is_numbered and piece.is_parted and before.is_capital:
        return True
    return before.is_capital and context.after.lower not in VERBS_AFTER_I


def _is_reign(context: Context) -> bool:
    """Whether a ruler's name stands before the name with the numeral: "Louis Philippe I"."""
    at = context.at
    if at < 2 or context.before.is_first:
        return False
    name = context.pieces[at - 2]
    return name.is_capital and name.lower in REIGNS


def roman_value(text: str) -> int:
    """The number that Roman capitals stand for; 0 if they are not a numeral.

    >>> roman_value("XIV"), roman_value("IIII"), roman_value("")
    (14, 0, 0)
    """
    if not text or not text.isascii() or not _ROMAN.fullmatch(text):
        return 0
    values = [_VALUES[letter] for letter in text]
    return sum(
        -value if value < following else value for value, following in pairwise([*values, 0])
    )
