"""Directions to the speaker in a script: pauses, voices, rates, and how a word is said.

They are taken out before the script is read, so captions do not show them.
"""

from functools import lru_cache

from wordlight.contract import is_ssml
from wordlight.reading.directions._brackets import other_brackets, take_brackets
from wordlight.reading.directions._kinds import (
    FASTEST,
    PLACE,
    SLOWEST,
    SPEAKER_PLACE,
    VOICE_PLACE,
    Directed,
    Direction,
    EndSay,
    Mark,
    Pause,
    Rate,
    Say,
    Voice,
    number_of,
)
from wordlight.reading.directions._ssml import take_ssml
from wordlight.reading.directions._values import (
    times_of,
)

CACHED_SCRIPTS = 16


@lru_cache(maxsize=CACHED_SCRIPTS)
def take_directions(script: str, field: str = "TEXT") -> Directed:
    """The script without its directions: SSML if it begins with ``<speak``, else brackets.

    Raises:
        InvalidInput: A direction is wrong. The message names its place.
    """
    return take_ssml(script, field) if is_ssml(script) else take_brackets(script, field)


def voices_named(script: str) -> list[Voice]:
    """For each voice that a script names, the first direction that names it."""
    found: dict[str, Voice] = {}
    for one in take_directions(script).directions:
        if isinstance(one, Voice) and one.name:
            found.setdefault(one.name, one)
    return list(found.values())


__all__ = [
    "FASTEST",
    "PLACE",
    "SLOWEST",
    "SPEAKER_PLACE",
    "VOICE_PLACE",
    "Directed",
    "Direction",
    "EndSay",
    "Mark",
    "Pause",
    "Rate",
    "Say",
    "Voice",
    "number_of",
    "other_brackets",
    "take_brackets",
    "take_directions",
    "take_ssml",
    "times_of",
    "voices_named",
]
