"""English fractions and scores, which their neighbours show: "3 1/2 cups", "I give it 9/10"."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading._word_list import word_list
from wordlight.reading.english._amounts import amount
from wordlight.reading.english._context import Context, Shares
from wordlight.reading.english._tables_neighbours import SCORES
from wordlight.reading.english._tables_symbols import FRACTIONS, FRACTIONS_BEHIND_A_NUMBER

_WHOLE = re.compile(r"\d{1,3}")
_FRACTION = re.compile(r"(\d)/(\d\d?)")
_SCORE = re.compile(r"(\d+(?:\.\d+)?)/(5|10|20|100)")
_AFTER_SCORES = word_list("stars rating points")
_PIECES_BEFORE, _PIECES_AFTER = 6, 2
"""How many pieces before and after a score are searched for words that show that it is one."""


def read_fraction(context: Context) -> Shares | None:
    """A whole number with the fraction after it, or a score."""
    return _mixed(context) or _score(context)


def _mixed(context: Context) -> Shares | None:
    """A whole number and a fraction: "3 1/2", "3 ½"."""
    core, following = context.piece.core, context.after.core
    if not _WHOLE.fullmatch(core) or context.piece.after:
        return None
    if following in FRACTIONS:
        return [amount(core), ["and", *FRACTIONS_BEHIND_A_NUMBER[following].split()]]
    match = _FRACTION.fullmatch(following)
    if match is None or int(match[1]) >= int(match[2]):
        return None
    part = numerals.fraction(match[1], match[2])
    return [amount(core), ["and", *(["a", *part[1:]] if match[1] == "1" else part)]]


def _score(context: Context) -> Shares | None:
    match = _SCORE.fullmatch(context.piece.core)
    if match is None:
        return None
    is_score = "." in match[1] or context.lower_before(_PIECES_BEFORE) & SCORES
    if is_score or context.lower_after(_PIECES_AFTER) & _AFTER_SCORES:
        return [[*amount(match[1]), "out", "of", *amount(match[2])]]
    return None
