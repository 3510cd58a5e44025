"""Dialogue: a line that begins with a name of the cast is spoken in the voice of that name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wordlight.contract import is_ssml, label_pattern
from wordlight.errors import InvalidInput
from wordlight_client.scripts._cast import MOST_WORDS, NARRATOR, Cast, Member, key, members_of

MOST_NAMED = 8
"""How many names outside the cast get a warning of their own."""

NO_NAMES = frozenset({
    "answer", "attention", "caution", "chapter", "conclusion", "date", "example", "exercise",
    "figure", "hint", "important", "introduction", "nb", "note", "notes", "part", "place", "plan",
    "ps", "question", "remark", "scene", "step", "summary", "table", "time", "tip", "title",
    "update", "warning",
})  # fmt: skip
"""Words that are not names, but begin prose if a colon follows them."""

_LABEL = label_pattern(r"\\<>|{}", r"[\s*_\[]|$")
_DIRECTIONS = re.compile(r"(?:\[(?:pause|rate)\s?:[^\[\]\n]{0,400}\]\s*)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a script. ``number``: the number, from 1, of the line of the file it comes from."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A script in the form that the server reads, and warnings about it."""

    text: str
    warnings: tuple[str, ...] = ()


def dialogue(text: str, cast: Cast) -> Prepared:
    r"""The script with a voice and a speaker for each line that begins with a cast's name.

    A line without a name continues in the voice before it. The voice of ``*`` is the narrator's,
    who speaks every paragraph that begins without a name. A name outside the cast stays in the text
    and causes a warning; a backslash before it prevents the warning.

    Raises:
        InvalidInput: The cast is invalid, a line begins with a misspelt name, or the text is SSML.

    >>> dialogue("Anna: So?\nIt is.\nBEN: So.", {"Anna": "emma", "Ben": "daniel"}).text
    '[voice:emma as Anna]So?\nIt is.\n[voice:daniel as Ben]So.'
    """
    if is_ssml(text):
        raise InvalidInput("cast", 'is for plain text; SSML has <voice name="…">')
    return read_dialogue(lines_of(text), cast)


def lines_of(text: str, first: int = 1) -> list[Line]:
    """The lines of a text; the first has the number ``first``."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return [Line(line, number) for number, line in enumerate(plain.split("\n"), first)]


def placed(lines: Iterable[Line]) -> str:
    """The lines as one text; blank lines are added so that each paragraph has its old line number.

    >>> placed([Line("One", 3), Line("two", 4), Line("", 5), Line("Three", 8)])
    '\\n\\nOne\\ntwo\\n\\n\\n\\nThree'
    """
    found: list[str] = []
    for line in lines:
        if line.text.strip() and not (found and found[-1].strip()):
            found += [""] * (line.number - 1 - len(found))
        found.append(line.text)
    return "\n".join(found)


def read_dialogue(lines: Iterable[Line], cast: Cast) -> Prepared:
    """The lines of a script with voices and speakers; see `dialogue`."""
    reader = _Reader(members_of(cast))
    for line in lines:
        reader.take(line)
    return reader.prepared()


def begins_like_label(line: str) -> bool:
    """Whether a line begins like one with a speaker's name.

    >>> begins_like_label("Anna: so"), begins_like_label("and then: so")
    (True, False)
    """
    read = _read(line)
    return read is not None and _is_like_name(read.name)


def is_slip(name: str, other: str) -> bool:
    """Whether a single slip turns one name into the other.

    A slip is an extra, missing or wrong letter, or two letters in the wrong order.

    >>> is_slip("ana", "anna"), is_slip("bne", "ben"), is_slip("hannah", "anna")
    (True, True, False)
    """
    if name == other or abs(len(name) - len(other)) > 1:
        return False
    pairs = enumerate(zip(name, other, strict=False))
    same = next((at for at, (c, d) in pairs if c != d), min(len(name), len(other)))
    one, two = name[same:], other[same:]
    is_other = one[1:] == two[1:] or one[1:] == two or one == two[1:]
    return is_other or (one[:2] == two[1::-1] and one[2:] == two[2:])


@dataclass(frozen=True, slots=True)
class _Read:
    """A line with a colon after its first words."""

    before: str
    name: str
    rest: str


def _read(line: str) -> _Read | None:
    line = line.lstrip()
    before = _DIRECTIONS.match(line)
    start = before.end() if before else 0
    match = _LABEL.match(line, start) if ":" in line or "：" in line else None
    if match is None:
        return None
    name = match["name"].rstrip("*_ ")
    if not name or len(name.split()) > MOST_WORDS:
        return None
    rest = line[match.end() :]
    marks, closing = match["marks"], match["closed"] or match["ended"]
    if marks and not closing and match["behind"] != marks:
        rest = f"{marks}{match['behind']}{rest}"  # "**Anna: so**"
    elif not marks or closing:
        rest = f"{match['behind']}{rest}"
    return _Read(line[:start], name, (match["stamp"] or "") + rest)


def _is_like_name(name: str) -> bool:
    """Whether words are written like names: "Mary Ann", "BEN", "小明"."""
    words = key(name).split()
    if not words or words[0].rstrip(".") in NO_NAMES or not any(map(str.isalpha, name)):
        return False
    return not any(word[:1].islower() or word[:1].isdecimal() for word in name.split())


class _Reader:
    """Reads one line after the other, and remembers who speaks."""

    def __init__(self, members: Mapping[str, Member]) -> None:
        self._members = members
        self._lines: list[Line] = []
        self._number = 0
        self._speaker: Member | None = None
        self._alone = ""
        self._is_first = True
        self._met: set[str] = set()
        self._others: dict[str, tuple[str, int]] = {}

    def take(self, line: Line) -> None:
        """Reads the next line."""
        self._number = line.number
        if not line.text.strip():
            self._is_first = True
            self._add("")
            return
        read = _read(line.text)
        member = self._members.get(key(read.name)) if read else None
        if read and member and key(read.name) != NARRATOR:
            self._turn(read, member)
        else:
            if read:
                self._note(read.name, line.number)
            self._go_on(line.text)
        self._is_first = False

    def prepared(self) -> Prepared:
        """The script made of the lines so far."""
        return Prepared(placed(self._lines), tuple(self._warnings()))

    def _add(self, text: str) -> None:
        self._lines.append(Line(text, self._number))

    def _turn(self, read: _Read, member: Member) -> None:
        self._met.add(key(read.name))
        self._speaker = member
        begins = f"{read.before}{member.begins}"
        if any(map(str.isalnum, read.rest)):
            self._alone = ""
            self._add(begins + read.rest)
        else:
            self._alone = begins  # the speech is on the next line

    def _go_on(self, text: str) -> None:
        bare = _unescaped(text)
        narrator = self._members.get(NARRATOR)
        if not any(map(str.isalnum, _DIRECTIONS.sub("", bare))):
            self._add(bare)
        elif self._alone:
            self._add(self._alone + bare.lstrip())
            self._alone = ""
        elif narrator and self._is_first and self._speaker != narrator:
            self._speaker = narrator
            self._add(narrator.begins + bare.lstrip())
        else:
            self._add(bare)

    def _note(self, name: str, number: int) -> None:
        """Remembers a name that is not in the cast.

        Raises:
            InvalidInput: The name looks like a misspelt name of the cast.
        """
        words = key(name)
        if not words or words.split()[0].rstrip(".") in NO_NAMES:
            return
        names = [member for member in self._members if member != NARRATOR]
        if (near := next((one for one in names if is_slip(words, one)), None)) is not None:
            meant = self._members[near].label
            raise InvalidInput(
                "cast",
                f'does not have "{name}", with which line {number} begins',
                f'write "{meant}:", add {name} to the cast, or write "\\{name}:" if it is text',
            )
        if _is_like_name(name):
            self._others.setdefault(words, (name, number))

    def _warnings(self) -> Iterable[str]:
        for name, number in [*self._others.values()][:MOST_NAMED]:
            yield (
                f'line {number} begins with "{name}:", and the cast has nobody of that name; it '
                "goes on in the voice before it"
            )
        if len(self._others) > MOST_NAMED:
            yield f"so do lines with {len(self._others) - MOST_NAMED} other names"
        absent = [
            member.label
            for name, member in self._members.items()
            if name != NARRATOR and name not in self._met
        ]
        if absent:
            yield f"no line begins with {', '.join(absent)}, whom the cast has"


def _unescaped(text: str) -> str:
    """The line without the backslash that marks its first words as text, not as a label."""
    bare = text.lstrip()
    return bare[1:] if bare[:1] == "\\" and _read(bare[1:]) else text
