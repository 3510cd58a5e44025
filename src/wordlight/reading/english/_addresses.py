"""English postal addresses: "708 N 1st St", "Portland, OR 97201"."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading._pieces import Piece
from wordlight.reading._word_list import word_list
from wordlight.reading.english._amounts import digits, pairs
from wordlight.reading.english._context import Context, Shares
from wordlight.reading.english._letters import plain
from wordlight.reading.english._tables_places import DIRECTIONS, STATES, STREET_WORDS, STREETS

_HOUSE = re.compile(r"[1-9]\d{0,4}")
_MOST_PIECES = 6
_ZIP = re.compile(r"\d{5}(?:-\d{4})?")
_BEFORE_ZIPS = word_list("zip code zipcode")
_RANK = re.compile(r"(\d+)(?:st|nd|rd|th)")


def read_zip(context: Context) -> Shares | None:
    """A ZIP code after a state, or after a word such as "zip"."""
    if not _ZIP.fullmatch(context.piece.core):
        return None
    before = context.before
    is_code = before.core.replace(".", "") in STATES or before.lower in _BEFORE_ZIPS
    return [digits(context.piece.core)] if is_code else None


def read_house(context: Context) -> Shares | None:
    """The number of a house, together with the street."""
    if not _HOUSE.fullmatch(context.piece.core) or context.piece.after:
        return None
    said = [pairs(context.piece.core)]
    for piece in context.pieces[context.at + 1 : context.at + _MOST_PIECES]:
        if len(said) > 1 and _is_street(piece):
            return [*said, [STREETS.get(piece.lower, piece.lower)]]
        words = _street_name(piece)
        if words is None or piece.is_parted:
            return None
        said.append(words)
    return None


def _is_street(piece: Piece) -> bool:
    return piece.lower in STREETS or (piece.lower in STREET_WORDS and piece.is_capital)


def _street_name(piece: Piece) -> list[str] | None:
    """What is said for a part of a street's name; None if it cannot be one."""
    if piece.core in DIRECTIONS:
        return [DIRECTIONS[piece.core]]
    if piece.is_capital and piece.core.isalpha():
        return plain(piece.core)
    match = _RANK.fullmatch(piece.core)
    return None if match is None else numerals.ordinal(match[1])
