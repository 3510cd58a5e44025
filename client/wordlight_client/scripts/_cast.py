"""A cast: the names with which lines begin, and the voice in which each is spoken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wordlight.contract import LONGEST_VOICE_NAME
from wordlight.errors import InvalidInput
from wordlight_client._sounds import is_name

Cast = Mapping[str, str] | Sequence[str]
"""The voice of each name, where an empty text stands for the request's voice; or only the names."""

NARRATOR = "*"
NARRATOR_NAME = "Narrator"
"""The name in captions of the speaker whom the cast calls ``*``."""
LONGEST_NAME, MOST_WORDS, MOST_MEMBERS = 40, 4, 100
"""The most characters and words of a name, as the server reads labels, and the most names of a
cast."""

_NAME = re.compile(r"[^\s:：*()\[\]（）\\<>|{}_][^:：*()\[\]（）\\<>|{}\n]*")
_VOICE = re.compile(r"[^\W_][\w.-]*")
"""A ready voice's name, as the server reads ``[voice:…]``."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a cast. ``label``: the speaker's name in captions."""

    label: str
    voice: str

    @property
    def begins(self) -> str:
        """The direction that replaces the name at the beginning of this member's lines."""
        return f"[voice:{self.voice} as {self.label}]"


def parse_cast(text: str) -> dict[str, str]:
    """``Anna=emma,Ben=daniel`` → the voice of each name; a name alone has the request's voice.

    Raises:
        InvalidInput: The text is not such a list.

    >>> parse_cast("Anna=emma, Ben=heart, Carl")
    {'Anna': 'emma', 'Ben': 'heart', 'Carl': ''}
    """
    cast: dict[str, str] = {}
    for member in filter(str.strip, text.split(",")):
        name, _, voice = (part.strip() for part in member.partition("="))
        if name in cast:
            raise InvalidInput("cast", f"has {name} twice")
        cast[name] = voice
    members_of(cast)
    return cast


def members_of(cast: Cast) -> dict[str, Member]:
    """The members by the `key` of their names; the narrator's is ``*``.

    Raises:
        InvalidInput: A name cannot begin a line, comes twice, or has an invalid voice name.
    """
    voices = dict(cast) if isinstance(cast, Mapping) else dict.fromkeys(names_of(cast), "")
    if not 0 < len(voices) <= MOST_MEMBERS:
        raise InvalidInput("cast", f"has {len(voices)} names", f"give 1 to {MOST_MEMBERS}")
    members: dict[str, Member] = {}
    for name, voice in voices.items():
        member = Member(_checked_name(name), _checked_voice(name, voice))
        if key(name) in members:
            raise InvalidInput("cast", f"has {name} twice, in capitals or not")
        members[key(name)] = member
    return members


def key(name: str) -> str:
    """A name without capitals, marks and extra spaces: equal for names that differ only in these.

    >>> key(" **ANNA  Lee**")
    'anna lee'
    """
    bare = name.strip() if name.strip() == NARRATOR else name.strip("*_ ")
    return " ".join(unicodedata.normalize("NFKC", bare).casefold().split())


def names_of(cast: Cast) -> list[str]:
    """The names of a cast without their voices.

    Raises:
        InvalidInput: The cast is a single text.
    """
    if isinstance(cast, str):
        raise InvalidInput("cast", f"is {cast[:40]!r}", "give a voice for each name, or a list")
    return [*cast]


def _checked_name(name: object) -> str:
    """The form of a name in captions."""
    if not isinstance(name, str):
        raise InvalidInput("cast", f"has {name!r}, which is no name")
    bare = " ".join(name.split())
    if bare == NARRATOR:
        return NARRATOR_NAME
    is_short = len(bare) <= LONGEST_NAME and len(bare.split()) <= MOST_WORDS
    is_spelled = _NAME.fullmatch(bare) is not None and any(map(str.isalpha, bare))
    if not is_short or not is_spelled:
        raise InvalidInput("cast", f"has {bare[:50]!r}, which cannot be a name before a colon")
    return bare


def _checked_voice(name: str, voice: object) -> str:
    if not isinstance(voice, str):
        raise InvalidInput("cast", f"has {voice!r} for {name}", "give a ready voice's name")
    bare = voice.strip()
    if not bare:
        return ""
    is_written_well = len(bare) <= LONGEST_VOICE_NAME and _VOICE.fullmatch(bare) is not None
    if not is_written_well or not is_name(bare):
        raise InvalidInput(
            "cast",
            f"has {bare[:50]!r} for {name}",
            "give a ready voice's name, or nothing for the voice of the whole script, which may be "
            "a recording",
        )
    return bare
