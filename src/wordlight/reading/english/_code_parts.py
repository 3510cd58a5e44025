"""English codes cut into letters and numbers: "B52", "iPhone15", "FY2024"."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading.english._amounts import digits, pairs
from wordlight.reading.english._letters import letters, plain
from wordlight.reading.english._tables_symbols import SHORT_POWERS

_PART = re.compile(
    r"\d+(?:\.\d+)?|[A-Z]+(?![a-z])|[A-Z]?[a-z]+(?:['’][a-z]+)?|[A-Z]|[²³]|[^\W\d_²³]+"
)
_FISCAL_YEARS = frozenset({"FY", "CY"})


def read_parts(text: str) -> list[str]:
    """What is said for a code, one part after another.

    >>> read_parts("iPhone15"), read_parts("B2B"), read_parts("FY2024")
    (['I', 'phone', 'fifteen'], ['B', 'two', 'B'], ['F', 'Y', 'twenty', 'twenty', 'four'])
    """
    said: list[str] = []
    head = ""
    for part in _PART.findall(text):
        if part[0].isdecimal():
            said += _number(part, head if head.isalpha() else "")
        elif part in SHORT_POWERS:
            said.append(SHORT_POWERS[part])
        elif part.isupper():
            said += _capitals(part)
        elif len(part) == 1:
            said.append(part.upper())
        else:
            said += plain(part)
        head = part
    return said


def capitals_or_word(text: str) -> list[str]:
    """What is said for the first part of a code, which is capitals or a word.

    >>> capitals_or_word("GPT"), capitals_or_word("COVID"), capitals_or_word("mid")
    (['G', 'P', 'T'], ['covid'], ['mid'])
    """
    return _capitals(text) if text.isupper() else plain(text)


def _number(part: str, head: str) -> list[str]:
    """A number in a code. ``head`` are the letters right before it, if any."""
    if "." in part:
        return numerals.number(part)
    if head and re.fullmatch(r"[1-9]000", part):
        return numerals.cardinal(part)
    is_named = len(head) > 2 or head in _FISCAL_YEARS
    is_year = is_named and re.fullmatch(r"(?:19|20)\d\d", part) is not None
    if len(part) > 4 or (len(part) == 4 and head and not is_year):
        return digits(part)
    return pairs(part)


def _capitals(text: str) -> list[str]:
    """Capitals, said letter by letter unless there are enough of them for a word."""
    n_vowels = sum(letter in "AEIOUY" for letter in text)
    is_word = len(text) > 4 or (len(text) == 4 and n_vowels >= 2)
    return [text.lower()] if is_word else letters(text)
