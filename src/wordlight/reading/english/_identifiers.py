"""English numbers that are names, which their neighbours show: "flight 305", "code 4711"."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading._word_list import word_list
from wordlight.reading.english._amounts import amount, digits, pairs, plural
from wordlight.reading.english._context import Context, Shares
from wordlight.reading.english._tables_neighbours import NUMBER_PAIRS, NUMBERS_TO_CALL

_FIRST_GROUP, _NEXT_GROUP = re.compile(r"[1-9]\d{0,2}"), re.compile(r"\d{3}")
_METRE = re.compile(r"[2-9]/[48]")
_AFTER_METRES = word_list("time meter beat signature")
_BEFORE_SECONDS = word_list("for after within every than only")
_EARLY_YEAR = re.compile(r"10[1-9]\d")
_BEFORE_YEARS = word_list("in since by around circa until from of")
_LONG_CODE_WORDS = word_list("text texting code dial")
_PIECES_BEFORE_A_CODE = 4
_BEFORE_ROUND_AMOUNTS = word_list("about over")
_MAKERS = word_list("boeing airbus")
_BEFORE_CALLED = word_list("call called calling dial dialed text phone to")
_BEFORE_CODES = word_list("code pin otp pnr passcode password")
_ENDINGS = word_list("ending ends")
_SIZES = word_list("size sizes")
_BEFORE_NAMES = word_list("""
    boeing airbus flight route room highway interstate porsche bus cessna suite
""")
_ERAS_AFTER = frozenset({"BC", "BCE", "AD", "CE"})
_HOUR_RANGE = re.compile(r"(\d\d?)[-–](\d\d?)")
_BEFORE_HOURS = word_list("from open hours work works working daily weekdays between")
"""Words before opening hours such as "9-5". Elsewhere "9-5" is a score."""
_HOURS = frozenset({"9-11", "7-11"})
"""Ranges with a dash, although with a slash they are among the `NUMBER_PAIRS`."""


def read_identifier(context: Context) -> Shares | None:
    """A number that counts nothing: a code, a number to call, an aeroplane, a year."""
    for read in (
        _pair,
        _seconds_or_several,
        _early_year,
        _long_code,
        _aeroplane,
        _short_code,
        _named,
    ):
        said = read(context)
        if said is not None:
            return [said]
    return None


def read_spaced_groups(context: Context) -> Shares | None:
    """A number with spaces between its thousands: "10 000", "1 250 000"."""
    if not _FIRST_GROUP.fullmatch(context.piece.core):
        return None
    groups, piece = [context.piece.core], context.piece
    while not piece.after and _NEXT_GROUP.fullmatch(context.ahead(len(groups)).core):
        piece = context.ahead(len(groups))
        groups.append(piece.core)
    if len(groups) < 2 or (len(groups) == 2 and groups[1] != "000"):
        return None
    return [*([] for _ in groups[1:]), amount("".join(groups))]


def _pair(context: Context) -> list[str] | None:
    """Two numbers that are not a fraction: "24/7", "a 3/4 beat"."""
    core = context.piece.core
    slashed = re.sub("[-–]", "/", core)
    if slashed in NUMBER_PAIRS and core.replace("–", "-") not in _HOURS:
        return NUMBER_PAIRS[slashed].split()
    if (hours := _HOUR_RANGE.fullmatch(core)) and context.before.lower in _BEFORE_HOURS:
        return [*amount(hours[1]), "to", *amount(hours[2])]
    if _METRE.fullmatch(core) and context.partner.lower in _AFTER_METRES:
        return digits(core)
    return None


def _seconds_or_several(context: Context) -> list[str] | None:
    """Seconds, or the plural of something with a number for a name: "for 30s", "two 747s"."""
    core = context.piece.core
    if not re.fullmatch(r"\d+s", core):
        return None
    if context.before.lower in _BEFORE_SECONDS:
        return [*amount(core[:-1]), "seconds"]
    return None if core.endswith("0s") else plural(pairs(core[:-1]))


def _early_year(context: Context) -> list[str] | None:
    is_year = _EARLY_YEAR.fullmatch(context.piece.core) and context.before.lower in _BEFORE_YEARS
    return numerals.year(context.piece.core) if is_year else None


def _long_code(context: Context) -> list[str] | None:
    """A code of five or six digits, "text HOPE to 20222", or five digits after a name."""
    core, before, after = context.piece.core, context.before, context.partner
    if not re.fullmatch(r"\d{5,6}", core) or not before.core:
        return None
    is_code = bool(context.lower_before(_PIECES_BEFORE_A_CODE) & _LONG_CODE_WORDS)
    is_behind_name = before.is_capital and not before.is_first
    is_alone = after.core != "" and not after.is_capital
    is_named = len(core) == 5 and is_behind_name and is_alone
    is_named = is_named and before.lower not in _BEFORE_ROUND_AMOUNTS
    return digits(core) if is_code or is_named else None


def _aeroplane(context: Context) -> list[str] | None:
    """The type of an aeroplane: "Boeing 747-400"."""
    core = context.piece.core
    if context.before.lower not in _MAKERS or not re.fullmatch(r"\d{3}-\d+", core):
        return None
    return [word for part in core.split("-") for word in pairs(part)]


def _short_code(context: Context) -> list[str] | None:
    """A number to call, or the digits of a code: "call 911", "PIN 4711", "ending in 42"."""
    core, near = context.piece.core, context.before.lower
    if not re.fullmatch(r"\d{2,6}|\d+/\d+", core):
        return None
    is_called = core in NUMBERS_TO_CALL and near in _BEFORE_CALLED
    is_ending = near == "in" and context.lower_before(2) & _ENDINGS
    return digits(core) if is_called or is_ending or near in _BEFORE_CODES else None


def _named(context: Context) -> list[str] | None:
    """A number that serves as a name, or as a part of one: "flight 305", "size 6/8", "480 BC"."""
    core, near = context.piece.core, context.before.lower
    if near in _SIZES and re.fullmatch(r"\d+/\d+", core):
        return [word for part in core.split("/") for word in amount(part)]
    if not re.fullmatch(r"\d{2,6}", core):
        return None
    if near in _BEFORE_NAMES and len(core) > 2:
        return pairs(core)
    if context.partner.core.replace(".", "") in _ERAS_AFTER and len(core) < 5:
        return pairs(core) if len(core) > 2 else amount(core)
    if context.before.core in ("AD", "A.D") and len(core) > 2:
        return pairs(core)
    return None
