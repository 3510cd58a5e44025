"""Languages other than English, read by NeMo's grammars if there are any, or by num2words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wordlight.reading import _numerals as numerals
from wordlight.reading._library import Budget, is_supported, read_stretch
from wordlight.reading._pieces import Piece, Said
from wordlight.reading._reading import plain_words
from wordlight.reading._word_list import word_list

GRAMMAR_CHARACTERS = 160
"""How many characters of a script go through the grammars. German and Spanish take some 10 ms for
each."""
LONGEST_NEIGHBOUR = 4
"""Characters of the longest piece after a form that the grammars get along with it: "14:30 Uhr".
Each character costs time."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PARTS = re.compile(r"\d+(?:[.,]\d+)*|[%‰€$£&+=°]|[^\W\d_]+(?:['’][^\W\d_]+)*['’]?")
_SYMBOLS = {
    "de": {
        "%": "prozent", "€": "euro", "$": "dollar", "£": "pfund", "&": "und", "+": "plus",
        "=": "gleich", "°": "grad",
    },
    "fr": {
        "%": "pour cent", "€": "euros", "$": "dollars", "£": "livres", "&": "et", "+": "plus",
        "=": "égale", "°": "degrés",
    },
    "es": {
        "%": "por ciento", "€": "euros", "$": "dólares", "£": "libras", "&": "y", "+": "más",
        "=": "igual a", "°": "grados",
    },
    "it": {
        "%": "per cento", "€": "euro", "$": "dollari", "£": "sterline", "&": "e", "+": "più",
        "=": "uguale", "°": "gradi",
    },
    "pt": {
        "%": "por cento", "€": "euros", "$": "dólares", "£": "libras", "&": "e", "+": "mais",
        "=": "igual a", "°": "graus",
    },
    "nl": {
        "%": "procent", "€": "euro", "$": "dollar", "£": "pond", "&": "en", "+": "plus",
        "=": "is", "°": "graden",
    },
}  # fmt: skip
"""What is said for a symbol in each language."""
_BEFORE_NUMBER = re.compile(r"([€$£])\s?(\d+(?:[.,]\d+)*)")
_GRAMMARS = word_list("ar de es fr hi hu it ja ko pt sv vi zh")
"""Languages whose grammars leave plain words as they are. The Russian and Armenian ones do not."""


def read_foreign(pieces: Sequence[Piece], language: str) -> Said:
    """What is said for each piece, in lower case."""
    said = [_read_alone(piece.core, language) for piece in pieces]
    joined: set[int] = set()
    budget = Budget(GRAMMAR_CHARACTERS)
    if language in _GRAMMARS and is_supported(language):
        for at, piece in enumerate(pieces):
            if _is_form(piece.core):
                joined |= _ask_library(pieces, at, language, said, budget)
    return Said(said, joined)


def _is_form(core: str) -> bool:
    """Whether the piece is more than a number with a symbol: a date, a time, a measure."""
    is_plain = _NUMBER.fullmatch(core.strip("€$£%")) is not None and core.count(".") < 2
    return re.search(r"\d", core) is not None and not is_plain


def _ask_library(
    pieces: Sequence[Piece], at: int, language: str, said: list[list[str]], budget: Budget
) -> set[int]:
    """Reads a form together with the next piece, and gives each its part of what is said.

    Returns the indices of the pieces that are read together with the one before.
    """
    is_near = at + 1 < len(pieces) and len(pieces[at + 1].core) <= LONGEST_NEIGHBOUR
    first, last = at, at + 1 + (is_near and not pieces[at].is_last)
    stretch = budget.read([piece.core for piece in pieces[first:last]], language)
    words = [[word.lower() for word in part] for part in stretch]
    if any(c.isdecimal() for word in words[at - first] for c in word) or not words[at - first]:
        return set()
    moved: set[int] = set()
    for position in range(first, last):
        if position == at or not re.search(r"\d", pieces[position].core):
            if position != at and said[position] != words[position - first]:
                moved.add(max(position, at))
            said[position] = words[position - first]
    return moved


def _read_alone(core: str, language: str) -> list[str]:
    if not re.search(r"[\d%‰€$£&+=°]", core):
        return plain_words(core)
    return _by_parts(core, language)


def _by_parts(core: str, language: str) -> list[str]:
    symbols = _SYMBOLS.get(language, {})
    said: list[str] = []
    for part in _PARTS.findall(_BEFORE_NUMBER.sub(r"\2 \1", core)):
        if _NUMBER.fullmatch(part):
            said += _number(part, language)
        else:
            said += symbols.get(part, part).lower().split()
    return [word for word in said if any(letter.isalnum() for letter in word)]


def _number(part: str, language: str) -> list[str]:
    try:
        return numerals.number(part, language)
    except (NotImplementedError, ValueError, OverflowError):
        if not is_supported(language):
            return [part]
        return [word.lower() for word in read_stretch([part], language)[0]]
