"""What a reader says for each written word: "$12" is "twelve dollars"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wordlight.alignment import numerals
from wordlight.alignment.english import read_token

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PIECES = re.compile(r"\d+(?:[.,]\d+)*|[%€$£&]|[^\W\d_]+(?:['’][^\W\d_]+)*[^\w\s%€$£&]*|\w")
_SYMBOLS = {
    "de": {"%": "prozent", "€": "euro", "$": "dollar", "£": "pfund", "&": "und"},
    "fr": {"%": "pour cent", "€": "euros", "$": "dollars", "£": "livres", "&": "et"},
    "es": {"%": "por ciento", "€": "euros", "$": "dólares", "£": "libras", "&": "y"},
    "it": {"%": "per cento", "€": "euro", "$": "dollari", "£": "sterline", "&": "e"},
    "pt": {"%": "por cento", "€": "euros", "$": "dólares", "£": "libras", "&": "e"},
    "nl": {"%": "procent", "€": "euro", "$": "dollar", "£": "pond", "&": "en"},
}  # fmt: skip
_BEFORE_NUMBER = re.compile(r"([€$£])\s?(\d+(?:[.,]\d+)*)")


def verbalise(words: Sequence[str], language: str = "en") -> list[list[str]]:
    """The spoken words, lower case, of each written word; neighbours decide what is unclear.

    English is read from tables, other languages' numbers by num2words. A word of which nothing
    can be said comes back empty.

    >>> verbalise(["Dr.", "Li", "paid", "$12 —", "1.5%", "…"])
    [['doctor'], ['li'], ['paid'], ['twelve', 'dollars'], ['one', 'point', 'five', 'percent'], []]
    """
    if language == "en":
        return _verbalise_english(words)
    return [_verbalise_foreign(word, language) for word in words]


def _verbalise_english(words: Sequence[str]) -> list[list[str]]:
    tokens = [word.split() for word in words]
    flat = [token for group in tokens for token in group]
    spoken: list[list[str]] = []
    position = 0
    for group in tokens:
        said: list[str] = []
        for token in group:
            before = flat[position - 1] if position else ""
            after = flat[position + 1] if position + 1 < len(flat) else ""
            said += read_token(token, before, after)
            position += 1
        spoken.append(said)
    return spoken


def _verbalise_foreign(word: str, language: str) -> list[str]:
    symbols = _SYMBOLS.get(language, {})
    said: list[str] = []
    for piece in _PIECES.findall(_BEFORE_NUMBER.sub(r"\2 \1", word)):
        if _NUMBER.fullmatch(piece):
            said += _foreign_number(piece, language)
        else:
            said += symbols.get(piece, piece).lower().split()
    return [part for part in said if any(letter.isalnum() for letter in part)]


def _foreign_number(piece: str, language: str) -> list[str]:
    try:
        return numerals.number(piece, language)
    except (NotImplementedError, ValueError, OverflowError):
        return [piece]
