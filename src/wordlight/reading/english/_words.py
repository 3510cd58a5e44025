"""What is said for an English piece without digits, depending on what stands around it."""

from __future__ import annotations

import re

from wordlight.reading._pieces import Piece
from wordlight.reading.english._abbreviations import read_abbreviation
from wordlight.reading.english._context import Context
from wordlight.reading.english._initials import read_initials
from wordlight.reading.english._letters import letters
from wordlight.reading.english._places import read_direction, read_state
from wordlight.reading.english._romans import read_roman
from wordlight.reading.english._tables_calendar import DAYS, MONTHS
from wordlight.reading.english._tables_places import PLACES, STREETS
from wordlight.reading.english._tables_romans import SMALL_ROMANS
from wordlight.reading.english._tables_shortened import ABBREVIATIONS, NUMBERED, TITLES
from wordlight.reading.english._tables_symbols import READ_ANYWHERE
from wordlight.reading.english._tables_units import UNITS
from wordlight.reading.english._unit_words import read_unit_word

_GRADE = re.compile(r"[A-F][-+]|[ABO]{1,2}[-+]")
_BLOOD = frozenset({"blood", "type"})
_ODD = frozenset({
    *READ_ANYWHERE, *UNITS, *MONTHS, *DAYS, *STREETS, *PLACES, *TITLES, *NUMBERED, *ABBREVIATIONS,
    *SMALL_ROMANS, "am", "pm",
})  # fmt: skip
"""Words that may be read differently from how they are written."""


def is_ordinary(piece: Piece) -> bool:
    """Whether a piece is a word that every rule would read as it is written."""
    core = piece.core
    return len(core) > 1 and core.isalpha() and core[1:].islower() and piece.lower not in _ODD


def read_word(context: Context) -> list[str] | None:
    """What is said for a piece that is not a number; None if no rule knows it."""
    for read in (
        read_unit_word,
        read_direction,
        _grade,
        _anywhere,
        read_abbreviation,
        read_state,
        read_initials,
        read_roman,
    ):
        said = read(context)
        if said is not None:
            return said
    return None


def _grade(context: Context) -> list[str] | None:
    """A grade, "B+", or a blood group, "type O-"."""
    piece = context.piece
    written = piece.core + piece.after[:1]
    if not _GRADE.fullmatch(written):
        return None
    if {context.before.lower, context.after.lower} & _BLOOD:
        sign = "positive" if "+" in written else "negative"
    else:
        sign = "plus" if "+" in written else "minus"
    return [*letters(piece.core), sign]


def _anywhere(context: Context) -> list[str] | None:
    """A symbol or a short form, which may have a mark that belongs to it."""
    piece = context.piece
    for written in (piece.core + piece.after[:1], piece.core, piece.raw):
        if said := READ_ANYWHERE.get(written.lower()):
            return said.split()
    return None
