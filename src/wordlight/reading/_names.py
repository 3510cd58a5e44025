"""Names of speakers: how they are written, and which words cannot be names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum, auto

from wordlight.reading import _tables_labels as tables
from wordlight.reading._letters import plain_letters

_MOST_WORDS, _MOST_LETTERS, _MOST_UNSPACED = 4, 40, 10
_NUMBERED = re.compile(r"_(?=\d+$)")
"""The number in the name that a program gives a speaker: "SPEAKER_00"."""
_CHAPTER = re.compile(r"第.{1,4}[章节節回话話课課幕集部]")
_TELLS = re.compile(
    r"[说說问問道曰讲講喊叫写寫はがをも]$|言った$|いわく$|^(?:قال|قالت|אמר|אמרה)\b|कहा$"
)
"""How words that report speech ("she said") begin or end, in scripts without capitals."""


class Case(Enum):
    """How a name is written."""

    CAPITALS = auto()
    TITLE = auto()
    NONE = auto()
    """The script has no capitals."""


def case_of(name: str) -> Case | None:
    """How a name is written; None if it is not a name."""
    words = name.split()
    letters = [c for c in name if c.isalpha() and c not in "ßʼ"]
    is_spelled = name[0].isalnum() and all(
        c.isalnum() or c in " .'’ʼ&#-" or unicodedata.category(c)[0] == "M"
        for c in _NUMBERED.sub("", name)
    )
    if not letters or not is_spelled or len(words) > _MOST_WORDS or len(name) > _MOST_LETTERS:
        return None
    if not any(c.isupper() or c.islower() for c in letters):
        is_spaced = " " in name or ord(letters[0]) < ord("\u0e00") or letters[0] >= "\uac00"
        return Case.NONE if is_spaced or len(name) <= _MOST_UNSPACED else None
    if all(map(str.isupper, letters)):
        return Case.CAPITALS
    return Case.TITLE if _is_title(words) else None


def _is_title(words: Sequence[str]) -> bool:
    """Whether words are written as a name is: "Mrs. Dalloway", "Vincent van Gogh", "Old man"."""
    if not words[0][:1].isupper():
        return False
    small = [plain_letters(word) for word in words[1:] if word[:1].islower()]
    is_role = len(words) == 2 and small != [] and small[0] in tables.ROLES
    return is_role or all(word in tables.LINKS for word in small)


def is_another_word(name: str, case: Case) -> bool:
    """Whether the words belong to a heading, a list or a sentence, and so are not a name."""
    plain = plain_letters(name)
    words = bare_words(plain)
    if not words:
        return True
    if case is Case.NONE:
        is_other = plain in tables.NO_NAMES_UNCASED or words[0] in tables.NO_NAMES_UNCASED
        return is_other or _CHAPTER.match(plain) is not None or _TELLS.search(plain) is not None
    if len(words) > 1 and words[0] in tables.ORDINALS:
        words = words[1:]
    is_called = words[0] in tables.GIVEN_NAMES
    is_month = len(words) > 1 and words[0] in tables.NAMES_TOO
    if words[0] in tables.NO_NAMES and not is_month:
        return True
    if words[-1] in tables.NO_NAMES and not is_called:
        return True
    return len(words) > 1 and any(word in tables.NO_NAMES_AMONG for word in words)


def bare_words(plain: str) -> list[str]:
    """The words without stops and numbers: "p.s." becomes "ps", and "step 2" becomes "step"."""
    words = plain.replace("_", " ").split()
    bare = ("".join(c for c in word if c not in ".#") for word in words)
    return [word for word in bare if word and not word.isdecimal()]
