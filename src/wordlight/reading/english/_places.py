"""Short forms in names of English places: "Elm St.", "St. Paul", "Reno, NV"."""

from __future__ import annotations

import re

from wordlight.reading._word_list import word_list
from wordlight.reading.english._context import Context
from wordlight.reading.english._tables_places import (
    DIRECTIONS,
    PLACES,
    STATES,
    STREET_WORDS,
    STREETS,
)

_RANK = re.compile(r"\d+(?:st|nd|rd|th)", re.IGNORECASE)
_ZIP = re.compile(r"\d{5}(?:-\d{4})?")
_NOT_BEFORE_NAMES = word_list("st dr ct pl ste")
"""Short forms of streets that mean something else before a name: "Dr. Hale"."""
_ONLY_WITH_STOP = word_list("ct pl ter cir ste rt")


def read_direction(context: Context) -> list[str] | None:
    """A direction before a street, or after one: "12 N. Main Street", "Main St NE"."""
    piece, before, after = context.piece, context.before, context.after
    if piece.core not in DIRECTIONS or not before.core:
        return None
    if len(piece.core) > 1:
        return [DIRECTIONS[piece.core]] if before.lower in STREETS else None
    is_street = after.lower in STREET_WORDS or _RANK.fullmatch(after.core)
    is_free = before.core[-1:].isdecimal() or not before.is_capital
    return [DIRECTIONS[piece.core]] if piece.has_stop and is_street and is_free else None


def read_street(context: Context) -> list[str] | None:
    """The word for a street after its name: "Elm St."."""
    piece, before = context.piece, context.before
    lower = piece.lower
    if lower not in STREETS or not piece.is_capital or piece.core.isupper():
        return None
    if not before.is_capital and not _RANK.fullmatch(before.core):
        return None
    is_ended = "," in piece.after or ";" in piece.after or piece.is_last
    if context.after.is_capital and not is_ended and lower in _NOT_BEFORE_NAMES:
        return None
    if lower in _ONLY_WITH_STOP and not piece.has_stop:
        return None
    return [STREETS[lower]]


def read_place(context: Context) -> list[str] | None:
    """The first word of a place's name, written short: "St. Paul"."""
    piece = context.piece
    if piece.lower not in PLACES or not piece.is_capital or not context.after.is_capital:
        return None
    return [PLACES[piece.lower]]


def read_state(context: Context) -> list[str] | None:
    """A state after a city or before a ZIP code."""
    piece, before = context.piece, context.before
    if piece.core not in STATES or not before.core:
        return None
    is_behind_city = "," in before.after and before.is_capital
    if is_behind_city or _ZIP.fullmatch(context.after.core):
        return STATES[piece.core].split()
    return None
