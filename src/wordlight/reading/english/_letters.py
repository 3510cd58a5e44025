"""English pieces that consist of letters: words, or the names of letters."""

from __future__ import annotations

import re

from wordlight.reading._reading import plain_words
from wordlight.reading.english._tables_capitals import LETTERED, SHORT_WORDS, WORDS_IN_CAPITALS

_PLURAL = re.compile(r"['’]?s$")
_VOWELS = frozenset("AEIOUY")


def letters(text: str) -> list[str]:
    """The names of the letters of a text, as capitals.

    >>> letters("fbi")
    ['F', 'B', 'I']
    """
    return [letter.upper() for letter in text if letter.isalpha()]


def named(text: str) -> list[str]:
    """The spoken names of a text's letters. The text may end in an "s" as well: "TVs", "PhD's".

    >>> named("TVs"), named("U.S.'s")
    (['T', "V's"], ['U', "S's"])
    """
    stem = _PLURAL.sub("", text)
    names = letters(stem)
    return names if len(stem) == len(text) else [*names[:-1], f"{names[-1]}'s"]


def plain(core: str) -> list[str]:
    """What is said for a piece that consists of letters: its words, or the names of the letters.

    >>> plain("CEO's"), plain("NASA"), plain("twenty-two"), plain("TVs")
    (['C', 'E', "O's"], ['nasa'], ['twenty', 'two'], ['T', "V's"])
    """
    said: list[str] = []
    for part in re.split(r"[-–/_.]", core):
        said += named(part) if is_lettered(_PLURAL.sub("", part)) else plain_words(part)
    return said


def is_lettered(text: str) -> bool:
    """Whether capitals are said one by one: they are known to be, have no vowel, or are too short.

    >>> is_lettered("FBI"), is_lettered("SMS"), is_lettered("NASA"), is_lettered("STOP")
    (True, True, False, False)
    """
    if not (text.isupper() and text.isalpha() and text.isascii() and 2 <= len(text) <= 5):
        return False
    if text in WORDS_IN_CAPITALS:
        return False
    if text in LETTERED or not _VOWELS.intersection(text):
        return True
    return len(text) < 4 and text.lower() not in SHORT_WORDS
