"""English measures, which depend on what stands around them: "6 ft", "a 10m wall"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wordlight.reading._pieces import Piece
from wordlight.reading._word_list import word_list
from wordlight.reading.english._amounts import NUMBER, amount, pairs, span
from wordlight.reading.english._context import Context, Shares, is_attribute
from wordlight.reading.english._tables_neighbours import NO_THINGS, THINGS
from wordlight.reading.english._tables_symbols import SIGNS
from wordlight.reading.english._tables_units import (
    GLUED_ONLY,
    LETTER_UNITS,
    MULTIPLES,
    RATED,
    SMALL_ONLY,
    SPACED_WORDS,
)
from wordlight.reading.english._units import unit

_MEASURE = re.compile(
    rf"(?P<sign>[-–—−~+±]?)(?P<n>{NUMBER}|\d+[-–x×](?:{NUMBER}))(?P<unit>(?![-–x×]\d)[^\d\s].*)?"
)
_NO_UNIT = re.compile(r"(?i)(?:st|nd|rd|th|s|x\d+s?|[ap]\.?m)")
_RESOLUTIONS = frozenset({"2", "4", "5", "8"})
"""Numbers before a "K" that is said as the letter: "4K". "10K" is such a name too if nothing that
could be counted follows."""
_RUNS = word_list("run race runs races")
_BEFORE_AMPS = word_list("at to of a")
_CAPITAL_NAMES = frozenset("DGCFEHPA")
"""After a number, these are the names of letters: "5G", "3D"."""
_BILLIONS = word_list("people users parameters in dollars model")
_AFTER_TIMES = word_list("""
    a as better bigger cheaper faster higher larger more per slower smaller the
""")
"""Words after "5x" if it means "five times"."""
_SMALL_UNITS = word_list("v w l m")
"""The `SPACED_WORDS` that are units as capitals too."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """A number with a unit right after it. ``n`` may be a range or two sides."""

    context: Context
    sign: str
    n: str
    unit: str


def read_measure(context: Context) -> Shares | None:
    """A number and the unit after it, in one piece or in two."""
    match = _MEASURE.fullmatch(context.piece.core)
    if match is None:
        return None
    if match["unit"]:
        said = _read_glued(_Measure(context, match["sign"], match["n"], match["unit"]))
        return None if said is None else [said]
    return _read_spaced(context, match["sign"], match["n"])


_LETTERED_NUMBERS = word_list("""
    apartment apt chapter exhibit fig figs figure figures gate grade item level page part question
    room row seat section step table tables unit
""")
"""Words before a number with a letter: "figure 3b"."""


def _read_spaced(context: Context, sign: str, n: str) -> Shares | None:
    """A number, and a unit in a piece of its own: "6 ft"."""
    piece = context.partner
    if not piece.core or context.piece.has_stop:
        return None
    if piece.core == "c" and piece.has_stop:
        return [span(n), ["cup" if n == "1" else "cups"]]
    name = piece.core + ("²" if piece.after.startswith("²") else "")
    if not _may_be_unit(name, context):
        return None
    said = unit(name, n, is_attribute=is_attribute(context.before, piece, context.ahead(2)))
    return None if said is None else [[*_sign(sign), *span(n)], said]


def _may_be_unit(name: str, context: Context) -> bool:
    lower = name.lower()
    if name in LETTER_UNITS or lower in GLUED_ONLY or "-" in name:
        return False
    if lower in SPACED_WORDS and not _is_unit(lower, context):
        return False
    if lower in SMALL_ONLY:
        return name.islower()
    return not name.isupper() or len(name) < 5


def _is_unit(lower: str, context: Context) -> bool:
    """Whether one of the `SPACED_WORDS` after a number is a unit all the same."""
    piece = context.partner
    if lower in ("in", "a"):
        return lower == "in" and piece.has_stop and not context.ahead(2).is_capital
    return not piece.core.isupper() or lower in _SMALL_UNITS


def _read_glued(measure: _Measure) -> list[str] | None:
    """A number and a unit in the same piece: "10m"."""
    if _NO_UNIT.fullmatch(measure.unit):
        return None
    if re.search("[x×]", measure.n):
        sides = unit(measure.unit, measure.n, is_attribute=True)
        return None if sides is None else [*span(measure.n), *sides]
    if len(measure.unit) == 1 and measure.context.before.lower in _LETTERED_NUMBERS:
        return [*pairs(measure.n), measure.unit.upper()]
    for read in (_rated, _letter, _multiple):
        said = read(measure)
        if said is not None:
            return said
    return _unit(measure)


def _rated(measure: _Measure) -> list[str] | None:
    """A measure of what follows: "a 60W bulb"."""
    thing = measure.context.partner.core
    if measure.unit not in RATED or not (thing.isalpha() and thing.islower()):
        return None
    if thing in NO_THINGS:
        return None
    return [*span(measure.n), *(unit(measure.unit, measure.n, is_attribute=True) or [])]


def _letter(measure: _Measure) -> list[str] | None:
    """A number and a letter that is often no unit: "4K", "15A", "5G", "747B", "1080p"."""
    n, name, after = measure.n, measure.unit, measure.context.partner
    if name in ("K", "k") and _is_name_with_k(n, after):
        return [*span(n), "K"]
    if name == "A" and measure.context.before.lower in _BEFORE_AMPS:
        return [*span(n), "amps"]
    if not n.isdecimal():
        return None
    if name in _CAPITAL_NAMES:
        return [*amount(n), name]
    if name == "p" or (name == "B" and after.lower not in _BILLIONS):
        return [*pairs(n), name.upper()]
    return None


def _is_name_with_k(n: str, after: Piece) -> bool:
    """Whether "K" is said as the letter, as in "4K" or "a 10K run", and not as "thousand"."""
    if n in _RESOLUTIONS or after.lower in _RUNS:
        return True
    return n == "10" and (not after.core or after.lower in NO_THINGS)


def _multiple(measure: _Measure) -> list[str] | None:
    """A multiple: "5x faster", "a 2X zoom"."""
    if measure.unit not in ("x", "X"):
        return None
    is_times = measure.unit == "x" and measure.context.partner.lower in _AFTER_TIMES
    return [*span(measure.n), "times" if is_times else "X"]


def _unit(measure: _Measure) -> list[str] | None:
    said = unit(measure.unit, measure.n)
    if said is None or re.search("[-–]", measure.n):
        return None
    if said[0] not in (*MULTIPLES, *_CAPITAL_NAMES) and _describes(measure.context):
        said = unit(measure.unit, measure.n, is_attribute=True) or said
    return [*_sign(measure.sign), *amount(measure.n), *said]


def _describes(context: Context) -> bool:
    """Whether the measure describes the thing after it: "a 10m wall"."""
    piece, thing = context.piece, context.partner
    if piece.is_parted or not thing.lower.isalpha():
        return False
    return thing.lower in THINGS or is_attribute(context.before, piece, thing)


def _sign(sign: str) -> list[str]:
    return SIGNS[sign].split() if sign else []
