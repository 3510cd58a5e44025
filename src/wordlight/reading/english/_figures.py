"""What is said for an English piece with digits, depending on what stands around it."""

from __future__ import annotations

import re

from wordlight.reading._word_list import word_list
from wordlight.reading.english._abbreviations import HALVES_OF_DAY
from wordlight.reading.english._addresses import read_house, read_zip
from wordlight.reading.english._amounts import amount
from wordlight.reading.english._context import Context, Shares, is_attribute
from wordlight.reading.english._dates import read_date
from wordlight.reading.english._forms_times import read_hour
from wordlight.reading.english._fractions import read_fraction
from wordlight.reading.english._identifiers import read_identifier, read_spaced_groups
from wordlight.reading.english._measures import read_measure
from wordlight.reading.english._money import one_of_money, read_money
from wordlight.reading.english._numbers import read_number
from wordlight.reading.english._tables_money import CURRENCIES
from wordlight.reading.english._tables_symbols import FRACTIONS
from wordlight.reading.english._telephones import read_telephone

_INCHES = re.compile(rf"\d{{1,3}}(?:\.\d+)?|\d/\d{{1,2}}|[{''.join(FRACTIONS)}]")
_UP_TO_AN_INCH = frozenset("1½¼¾⅛⅜⅝")
_BY = word_list("x by ×")
_HOURS = re.compile(r"(.+[AaPp]\.?[Mm])[-–](\d\d?(?::\d\d)?)")


def read_figure(context: Context) -> Shares | None:
    """What is said for a piece with digits, and for the pieces after it that are read with it."""
    for read in (
        read_telephone,
        read_spaced_groups,
        read_zip,
        read_date,
        read_house,
        read_money,
        read_measure,
        read_fraction,
        read_identifier,
    ):
        said = read(context)
        if said is not None:
            return said
    for read_alone in (_inches, _feet, _hours, _number):
        words = read_alone(context)
        if words is not None:
            return [words]
    return None


def _inches(context: Context) -> list[str] | None:
    """Inches after a double prime: "a 6" pipe"."""
    piece, core = context.piece, context.piece.core
    if not piece.after.startswith('"') or '"' in piece.before or not _INCHES.fullmatch(core):
        return None
    said = FRACTIONS[core].split() if core in FRACTIONS else read_number(core)
    if said is None:
        return None
    is_one = "/" in core or core in _UP_TO_AN_INCH
    is_one = is_one or is_attribute(context.before, piece, context.after)
    return [*said, "inch" if is_one else "inches"]


def _feet(context: Context) -> list[str] | None:
    """A side in feet: "10' by 12'"."""
    piece = context.piece
    is_side = context.after.lower in _BY or context.before.lower in _BY
    is_feet = piece.after.startswith("'") and is_side and piece.core.isdecimal()
    return [*amount(piece.core), "feet"] if is_feet else None


def _hours(context: Context) -> list[str] | None:
    """One or two times, with "a.m." or "p.m." in the next piece: "7:30 pm", "11am-2 pm"."""
    if context.partner.lower not in HALVES_OF_DAY:
        return None
    if match := _HOURS.fullmatch(context.piece.core):
        second = read_number(f"{match[2]}pm") or []
        return [*(read_number(match[1]) or []), "to", *second[:-2]]
    return read_hour(context.piece.core)


def _number(context: Context) -> list[str] | None:
    piece = context.piece
    said = read_number(piece.core)
    if said is None or not CURRENCIES.keys() & set(piece.core):
        return said
    describes = is_attribute(context.before, piece, context.partner)
    return one_of_money(said) if describes else said
