"""What a script asks of the speaker, and the text that is left when it is taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SLOWEST, FASTEST = 0.5, 2.0
MOST_DIRECTIONS = 10_000
LONGEST_VALUE = 400
"""Characters of a name, a respelling or a pronunciation."""

PARTED = "\u200b"
"""Zero-width space: parts words, and is not seen."""
FIRST_PLACE = 0xF0000
"""The first of the private-use characters that stand where directions do; no font has them."""
FIRST_VOICE_PLACE = FIRST_PLACE + 0x4000
"""The first of those that stand where a voice is named: a label may follow."""
FIRST_SPEAKER_PLACE = FIRST_PLACE + 0x8000
"""The first of those that stand where a voice and its speaker are named: no label follows."""
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


def _range(first: int) -> str:
    return f"{chr(first)}-{chr(first + MOST_DIRECTIONS - 1)}"


_FIRSTS = (FIRST_PLACE, FIRST_VOICE_PLACE, FIRST_SPEAKER_PLACE)
PLACE = re.compile(f"[{''.join(map(_range, _FIRSTS))}]{PARTED}?")
"""Where a direction stands, and what parts it from the next word."""
VOICE_PLACE = re.compile(f"[{_range(FIRST_VOICE_PLACE)}]")
"""Where a voice is named, and no speaker."""
SPEAKER_PLACE = re.compile(f"[{_range(FIRST_SPEAKER_PLACE)}]")
"""Where a voice and its speaker are named."""


def number_of(character: str) -> int | None:
    """The number of the direction whose place a character keeps; None of all others.

    >>> number_of(chr(FIRST_PLACE + 2)), number_of("a")
    (2, None)
    """
    for first in _FIRSTS:
        if first <= ord(character) < first + MOST_DIRECTIONS:
            return ord(character) - first
    return None


@dataclass(frozen=True, slots=True)
class Pause:
    """So much silence here, in place of what a reader would make."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Voice:
    """From here on this voice speaks; empty: the request's own.

    ``speaker``: whom captions name; empty: the voice's name, or the label behind it.
    """

    name: str
    speaker: str = ""
    where: str = field(default="", compare=False)
    """Its place in the script."""


@dataclass(frozen=True, slots=True)
class Rate:
    """From here on the speaker is ``times`` as fast."""

    times: float


@dataclass(frozen=True, slots=True)
class Say:
    """What follows, up to its `EndSay`, is said otherwise than it is written.

    One of them is given: ``respelling`` is said as a script is, or letter by letter if it
    ``is_spelt``; ``phonemes`` are IPA.
    """

    respelling: str = ""
    phonemes: str = ""
    is_spelt: bool = False


@dataclass(frozen=True, slots=True)
class EndSay:
    """Behind the last character of a `Say`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that has a name."""

    name: str


Direction = Pause | Voice | Rate | Say | EndSay | Mark


@dataclass(frozen=True, slots=True)
class Directed:
    """A script without its directions.

    In ``text`` a character of which `number_of` is ``i`` stands where ``directions[i]`` does.
    """

    text: str
    directions: tuple[Direction, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """What a reader sees."""
        return PRIVATE.sub("", self.text).replace(PARTED, "")


class Place:
    """Where something stands in a script, for those who are to mend it.

    >>> str(Place.of("One\\ntwo three", 8))
    'line 2, column 5'
    """

    def __init__(self, line: int, column: int) -> None:
        self.line, self.column = line, column

    @classmethod
    def of(cls, text: str, index: int) -> Place:
        """The place of a character."""
        line = text.count("\n", 0, index) + 1
        return cls(line, index - text.rfind("\n", 0, index))

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"
