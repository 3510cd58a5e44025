"""English money in several pieces: "$5 million", "the €2.5 bn/year deal"."""

from __future__ import annotations

import re

from wordlight.reading.english._amounts import NUMBER, span
from wordlight.reading.english._context import Context, Shares, is_attribute
from wordlight.reading.english._forms_money import SIGN
from wordlight.reading.english._letters import plain
from wordlight.reading.english._numbers import read_number
from wordlight.reading.english._tables_money import (
    CURRENCIES,
    CURRENCY_COUNTRIES,
    MAGNITUDES,
    SCALES,
    SPACED_SCALES,
)
from wordlight.reading.english._tables_units import PER

_SUM = re.compile(
    rf"(?P<minus>[-–—]?)(?P<country>[A-Z]*)(?P<sign>{SIGN})(?P<n>(?:{NUMBER})(?:[-–]{SIGN}?(?:{NUMBER}))?)"
)


def read_money(context: Context) -> Shares | None:
    """An amount of money in two pieces: "5 €", or a magnitude that is said before the currency."""
    scale = context.partner
    if scale.core in CURRENCIES and context.piece.core[0].isdecimal():
        said = read_number(f"{scale.core}{context.piece.core}") or []
        return [said[:-1], said[-1:]] if said else None
    match = _SUM.fullmatch(context.piece.core) if scale.core else None
    if match is None:
        return None
    magnitude, _, per = re.sub(r"[-–].*", "", scale.lower).partition("/")
    magnitude = SCALES[magnitude] if magnitude in SPACED_SCALES else magnitude
    if magnitude not in MAGNITUDES:
        return None
    behind = [] if per else plain(scale.core)[1:]
    rate = ["per", *PER[per].split()] if per in PER else []
    currency = CURRENCIES[match["sign"]]
    is_one = behind or is_attribute(context.before, scale, context.ahead(2))
    name = currency.one if is_one else currency.many
    country = CURRENCY_COUNTRIES.get(match["country"], "").split()
    minus = ["minus"] if match["minus"] else []
    return [
        [*minus, *span(re.sub(SIGN, "", match["n"]))],
        [magnitude, *country, name, *behind, *rate],
    ]


def one_of_money(words: list[str]) -> list[str]:
    """The words of an amount, with the currency in the singular: "a five dollar bill".

    >>> one_of_money(["five", "dollars"])
    ['five', 'dollar']
    """
    return [*words[:-1], _ONE_OF_MANY.get(words[-1], words[-1])]


_ONE_OF_MANY = {currency.many: currency.one for currency in CURRENCIES.values()}
