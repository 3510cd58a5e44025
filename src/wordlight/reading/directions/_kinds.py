"""The kinds of directions to the speaker, and a script from which directions are taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SLOWEST, FASTEST = 0.5, 2.0
MOST_DIRECTIONS = 10_000
LONGEST_VALUE = 400
"""Characters of a name, a respelling or a pronunciation."""

PARTED = "\u200b"
"""The zero-width space, which separates words and is invisible."""
FIRST_PLACE = 0xF0000
"""The first of the private-use characters that keep the places of directions. No font has them."""
FIRST_VOICE_PLACE = FIRST_PLACE + 0x4000
"""The first of the characters for a direction that names only a voice. A label may follow it."""
FIRST_SPEAKER_PLACE = FIRST_PLACE + 0x8000
"""The first of the characters for a direction that names a voice and its speaker. No label follows
it."""
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


def _range(first: int) -> str:
    return f"{chr(first)}-{chr(first + MOST_DIRECTIONS - 1)}"


_FIRSTS = (FIRST_PLACE, FIRST_VOICE_PLACE, FIRST_SPEAKER_PLACE)
PLACE = re.compile(f"[{''.join(map(_range, _FIRSTS))}]{PARTED}?")
"""The place of a direction, and the mark that separates it from the next word."""
VOICE_PLACE = re.compile(f"[{_range(FIRST_VOICE_PLACE)}]")
"""The place of a direction that names a voice, but no speaker."""
SPEAKER_PLACE = re.compile(f"[{_range(FIRST_SPEAKER_PLACE)}]")
"""The place of a direction that names a voice and its speaker."""


def number_of(character: str) -> int | None:
    """The number of the direction that a placeholder character stands for; else None.

    >>> number_of(chr(FIRST_PLACE + 2)), number_of("a")
    (2, None)
    """
    for first in _FIRSTS:
        if first <= ord(character) < first + MOST_DIRECTIONS:
            return ord(character) - first
    return None


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence of ``seconds`` here, instead of the pause that a reader would make."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Voice:
    """From here on the voice ``name`` speaks. An empty name is the request's own voice.

    ``speaker`` is the name in captions. If it is empty, captions show the voice's name, or the
    label after the direction.
    """

    name: str
    speaker: str = ""
    where: str = field(default="", compare=False)
    """The direction's place in the script."""


@dataclass(frozen=True, slots=True)
class Rate:
    """From here on the speaker is ``times`` as fast."""

    times: float


@dataclass(frozen=True, slots=True)
class Say:
    """The text up to the `EndSay` is said differently from how it is written.

    Either ``respelling`` or ``phonemes`` (IPA) is given. The respelling is read as a script is, or
    letter by letter if it ``is_spelt``.
    """

    respelling: str = ""
    phonemes: str = ""
    is_spelt: bool = False


@dataclass(frozen=True, slots=True)
class EndSay:
    """The end of a `Say`, after its last character."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place with a name."""

    name: str


Direction = Pause | Voice | Rate | Say | EndSay | Mark


@dataclass(frozen=True, slots=True)
class Directed:
    """A script without its directions.

    In ``text``, a private-use character keeps the place of each direction: the character whose
    `number_of` is ``i`` stands for ``directions[i]``.
    """

    text: str
    directions: tuple[Direction, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """The text that a reader sees."""
        return PRIVATE.sub("", self.text).replace(PARTED, "")


class Place:
    """A place in a script, for messages to the person who has to correct it.

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
