"""The values of directions: times, rates and voices. An error names the place of a wrong value."""

from __future__ import annotations

import re

from wordlight.errors import InvalidInput, OutOfRange, TooLong
from wordlight.reading.directions._kinds import FASTEST, LONGEST_VALUE, SLOWEST, Voice
from wordlight.words import LONGEST_SPEAKER

LONGEST_PAUSE_S = 30.0

_TIME = re.compile(r"\+?(?P<number>\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})\s?(?P<unit>s|ms)?")
_TIMES = re.compile(r"(?P<number>\d{1,4}(?:\.\d{1,6})?|\.\d{1,6})(?P<percent>\s?%)?")
_NAME = re.compile(r"[^\W_][\w.-]*(?:\s?\+\s?[^\W_][\w.-]*)*(?::[01]?(?:\.\d{1,3})?)?")
_AS = re.compile(r"(?:^|\s+)as\s+(?=\S)", re.I)


def seconds_of(value: str, field: str, where: str) -> float:
    """The seconds of a time such as ``0.8s`` or ``800ms``. A number without a unit is in seconds.

    Raises:
        InvalidInput: The value is no time, or it is too long.
    """
    match = _TIME.fullmatch(value.strip())
    if match is None:
        raise InvalidInput(
            field, f"has a pause of {_shown(value)} at {where}", "give a time such as 0.8s or 800ms"
        )
    seconds = float(match["number"]) / (1_000 if match["unit"] == "ms" else 1)
    if seconds > LONGEST_PAUSE_S:
        raise OutOfRange(f"{field}, {where}: a pause", seconds, 0, LONGEST_PAUSE_S, "s")
    return seconds


def times_of(value: str, field: str, where: str, names: dict[str, float] | None = None) -> float:
    """A rate such as ``0.9`` or ``90%``, or one of ``names``.

    Raises:
        InvalidInput: The value is not a rate, or it is out of range.
    """
    named = (names or {}).get(value.strip().lower())
    match = _TIMES.fullmatch(value.strip())
    if match is None and named is None:
        raise InvalidInput(
            field, f"has a rate of {_shown(value)} at {where}", "give one such as 0.9 or 90%"
        )
    times = named or 0.0
    if named is None and match is not None:
        times = float(match["number"]) / (100 if match["percent"] else 1)
    if not SLOWEST <= times <= FASTEST:
        raise OutOfRange(f"{field}, {where}: a rate", times, SLOWEST, FASTEST)
    return round(times, 4)


def _is_shown(character: str) -> bool:
    return character.isprintable() or character.isspace()


def voice_of(value: str, in_field: str, where: str) -> Voice:
    """A voice, and who speaks with it: ``emma``, ``emma as Anna``; empty for the request's own.

    Raises:
        InvalidInput: The value cannot be a voice.
        TooLong: The speaker's name is too long.
    """
    name, *others = _AS.split(value.strip(), maxsplit=1)
    speaker = " ".join("".join(filter(_is_shown, "".join(others))).split())
    if len(speaker) > LONGEST_SPEAKER:
        raise TooLong(
            f"{in_field}, {where}: a speaker", len(speaker), LONGEST_SPEAKER, "characters"
        )
    return Voice(name_of(name, in_field, where), speaker, where)


def name_of(value: str, field: str, where: str) -> str:
    """The name of a voice, or of a blend (``emma+heart:0.3``); empty for the request's own voice.

    Raises:
        InvalidInput: The value cannot be such a name.
    """
    name = value.strip()
    if name and (len(name) > LONGEST_VALUE or _NAME.fullmatch(name) is None):
        raise InvalidInput(
            field, f"has a voice {_shown(value)} at {where}", "give a ready voice's name"
        )
    return name


def _shown(value: str, most: int = 30) -> str:
    short = value if len(value) <= most else value[:most] + "…"
    return repr(short)
