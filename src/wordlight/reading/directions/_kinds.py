"""What a script asks of the speaker, and the text that is left when it is taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wordlight.errors import InvalidInput, OutOfRange, TooLong
from wordlight.words import LONGEST_SPEAKER

LONGEST_PAUSE_S = 30.0
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


def _first_place(direction: Direction) -> int:
    if not isinstance(direction, Voice):
        return FIRST_PLACE
    if direction.speaker:
        return FIRST_SPEAKER_PLACE
    return FIRST_VOICE_PLACE if direction.name else FIRST_PLACE


class Taking:
    """Takes directions out of a script, one after another."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._parts: list[str] = []
        self._directions: list[Direction] = []
        self._warnings: dict[str, None] = {}
        self._word = ""
        """What stands since the last white space."""
        self._is_behind_say = False

    def text(self, text: str) -> None:
        """Adds text that is shown.

        A word that goes on behind what is said otherwise is parted there, but for an "s".
        """
        text = PRIVATE.sub("", text)
        if not text:
            return
        if self._is_behind_say:
            self._is_behind_say = False
            if (goes_on := _GOES_ON.match(text)) and not _S.match(text):
                text = f"{goes_on['marks']}{PARTED}{text[goes_on.end() :]}"
        self._parts.append(text)
        if tail := _LAST.search(text):
            self._word = (self._word if tail[0] == text else "") + tail[0]

    def direction(self, direction: Direction) -> int:
        """Adds a direction. Returns its number, which `change` takes.

        Raises:
            InvalidInput: They are too many.
        """
        if len(self._directions) >= MOST_DIRECTIONS:
            raise InvalidInput(self._field, f"has more than {MOST_DIRECTIONS:,} directions")
        if isinstance(direction, Say):
            self._part_before()
        self._is_behind_say = isinstance(direction, EndSay)
        self._parts.append(chr(_first_place(direction) + len(self._directions)))
        if not isinstance(direction, Say | EndSay):
            self._parts.append(PARTED)  # no word goes on behind it
        self._directions.append(direction)
        return len(self._directions) - 1

    def _part_before(self) -> None:
        """Parts what is said otherwise from the letters before it, but not from its own quotes."""
        opening = _OPENS.search(self._word)
        if not any(map(str.isalnum, self._word)) or not self._parts or not self._parts[-1]:
            return
        marks = min(len(opening[0]) if opening else 0, len(self._parts[-1]))
        at = len(self._parts[-1]) - marks
        self._parts[-1] = f"{self._parts[-1][:at]}{PARTED}{self._parts[-1][at:]}"

    def change(self, number: int, direction: Direction) -> None:
        """Replaces the direction of that number."""
        self._directions[number] = direction

    def warn(self, warning: str) -> None:
        """Adds a warning, once."""
        self._warnings.setdefault(warning)

    def taken(self) -> Directed:
        """Returns the script without its directions."""
        return Directed("".join(self._parts), tuple(self._directions), tuple(self._warnings))


_GOES_ON = re.compile(r"(?P<marks>[^\w\s]*)(?=[^\W_])")
_S = re.compile(r"(?:['’]?s|es)(?![^\W_])", re.I)
_LAST = re.compile(r"\S*\Z")
_OPENS = re.compile(r"[\"“‘'(\[¿¡«]+\Z")
_TIME = re.compile(r"\+?(?P<number>\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})\s?(?P<unit>s|ms)?")
_TIMES = re.compile(r"(?P<number>\d{1,4}(?:\.\d{1,6})?|\.\d{1,6})(?P<percent>\s?%)?")
_NAME = re.compile(r"[^\W_][\w.-]*(?:\s?\+\s?[^\W_][\w.-]*)*(?::[01]?(?:\.\d{1,3})?)?")


def seconds_of(value: str, field: str, where: str) -> float:
    """A time such as ``0.8s`` or ``800ms``; seconds without a unit.

    Raises:
        InvalidInput: It is none, or it is too long.
    """
    match = _TIME.fullmatch(value.strip())
    if match is None:
        raise InvalidInput(
            field, f"has a pause of {_shown(value)} at {where}; give a time such as 0.8s or 800ms"
        )
    seconds = float(match["number"]) / (1_000 if match["unit"] == "ms" else 1)
    if seconds > LONGEST_PAUSE_S:
        raise OutOfRange(f"{field}, {where}: a pause", seconds, 0, LONGEST_PAUSE_S, "s")
    return seconds


def times_of(value: str, field: str, where: str, names: dict[str, float] | None = None) -> float:
    """A rate such as ``0.9`` or ``90%``, or one of ``names``.

    Raises:
        InvalidInput: It is none, or outside its range.
    """
    named = (names or {}).get(value.strip().lower())
    match = _TIMES.fullmatch(value.strip())
    if match is None and named is None:
        raise InvalidInput(
            field, f"has a rate of {_shown(value)} at {where}; give one such as 0.9 or 90%"
        )
    times = named or 0.0
    if named is None and match is not None:
        times = float(match["number"]) / (100 if match["percent"] else 1)
    if not SLOWEST <= times <= FASTEST:
        raise OutOfRange(f"{field}, {where}: a rate", times, SLOWEST, FASTEST)
    return round(times, 4)


_AS = re.compile(r"(?:^|\s+)as\s+(?=\S)", re.I)


def _is_shown(character: str) -> bool:
    return character.isprintable() or character.isspace()


def voice_of(value: str, in_field: str, where: str) -> Voice:
    """A voice, and who speaks with it: ``emma``, ``emma as Anna``, nothing for the request's own.

    Raises:
        InvalidInput: It cannot be one.
        TooLong: The speaker's name is.
    """
    name, *others = _AS.split(value.strip(), maxsplit=1)
    speaker = " ".join("".join(filter(_is_shown, "".join(others))).split())
    if len(speaker) > LONGEST_SPEAKER:
        raise TooLong(
            f"{in_field}, {where}: a speaker", len(speaker), LONGEST_SPEAKER, "characters"
        )
    return Voice(name_of(name, in_field, where), speaker, where)


def name_of(value: str, field: str, where: str) -> str:
    """A voice's name, or a blend of some (``emma+heart:0.3``); empty for the request's own.

    Raises:
        InvalidInput: It cannot be one.
    """
    name = value.strip()
    if name and (len(name) > LONGEST_VALUE or _NAME.fullmatch(name) is None):
        raise InvalidInput(
            field, f"has a voice {_shown(value)} at {where}; give a ready voice's name"
        )
    return name


def _shown(value: str, most: int = 30) -> str:
    short = value if len(value) <= most else value[:most] + "…"
    return repr(short)
