"""The names of English units after a number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from wordlight.reading.english._tables_units import (
    CASED,
    LENGTHS,
    PER,
    POWERS,
    SINGULARS,
    UNCHANGED,
    UNITS,
)


def any_of(texts: Iterable[str]) -> str:
    """A pattern that matches any of the texts. Longer texts come first.

    >>> any_of(["m", "mm", "m²"])
    'mm|m²|m'
    """
    return "|".join(sorted(map(re.escape, texts), key=len, reverse=True))


UNIT = any_of([*UNITS, *CASED])
PER_UNIT = any_of(PER)


def unit(text: str, number: str, *, is_attribute: bool = False) -> list[str] | None:
    """The name of a unit after that number; None if it is not a unit.

    ``is_attribute``: the measure describes a thing, as in "a 10m wall".

    >>> unit("km/s", "1"), unit("m²", "5"), unit("GB", "16"), unit("kg", "5", is_attribute=True)
    (['kilometer', 'per', 'second'], ['square', 'meters'], ['gigabytes'], ['kilogram'])
    """
    whole, _, per = text.partition("/")
    if per:
        return _rate(whole, per, number, is_attribute=is_attribute)
    power = POWERS.get(text[-1:], "")
    stem = text[:-1] if power else text
    if power and stem.lower() not in LENGTHS:
        return None
    said = CASED.get(stem) or UNITS.get(stem.lower())
    if said is None:
        return None
    words = (one_unit(said) if number == "1" or is_attribute else said).split()
    return [power, *words] if power else words


def _rate(whole: str, per: str, number: str, *, is_attribute: bool) -> list[str] | None:
    """One unit per another, as in "km/s". "/day" alone is "per day"."""
    first = unit(whole, number, is_attribute=is_attribute)
    second = PER.get(per, PER.get(per.lower()))
    if second is None or (whole and first is None):
        return None
    return [*(first or []), "per", *second.split()]


def one_unit(many: str) -> str:
    """The singular of a unit's name.

    >>> one_unit("teaspoons"), one_unit("feet"), one_unit("miles per hour"), one_unit("hertz")
    ('teaspoon', 'foot', 'mile per hour', 'hertz')
    """
    first, _, rest = many.partition(" ")
    one = SINGULARS.get(first, first if first in UNCHANGED else first.removesuffix("s"))
    return f"{one} {rest}".strip()
