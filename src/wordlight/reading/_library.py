"""Reads a stretch of a sentence with the normaliser's grammars, and gives each piece its words.

The grammars are NeMo's, run by ``kitten-text-processing``:
https://pypi.org/project/kitten-text-processing/.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from kitten_text_processing import SUPPORTED_LANGUAGES, Normalizer

from wordlight.reading._reading import word_pattern

CACHED_STRETCHES = 4_096
LONGEST_STRETCH = 80
"""The most characters of a stretch that is read as a whole. A longer one is read piece by piece."""
LONGEST_PIECE = 200
"""The most characters of a piece. The grammars take milliseconds for each character, and know no
longer form."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*['’]?")


class Budget:
    """The number of characters that a script may still send through the grammars.

    Each takes 1 to 10 ms. Without a limit, a script full of forms would hold up every request
    behind it for minutes.
    """

    def __init__(self, n_characters: int) -> None:
        self._n_left = n_characters

    def read(self, pieces: Sequence[str], language: str) -> list[list[str]]:
        """Like `read_stretch`. Once the budget is spent, it returns the written words."""
        if len(pieces) > 1 and sum(map(len, pieces)) > LONGEST_STRETCH:
            return [part for piece in pieces for part in self.read([piece], language)]
        self._n_left -= sum(map(len, pieces))
        if self._n_left < 0:
            return [_words(piece) for piece in pieces]
        return read_stretch(pieces, language)


def is_supported(language: str) -> bool:
    """Whether there are grammars for that language."""
    return language in SUPPORTED_LANGUAGES


def read_stretch(pieces: Sequence[str], language: str) -> list[list[str]]:
    """The spoken words of each piece. Words that the library adds go to the piece before.

    >>> read_stretch(["on", "3/4/2021"], "en")
    [['on'], ['march', 'fourth', 'twenty', 'twenty', 'one']]
    """
    return [list(part) for part in _read(tuple(pieces), language)]


@lru_cache(maxsize=CACHED_STRETCHES)
def _read(pieces: tuple[str, ...], language: str) -> tuple[tuple[str, ...], ...]:
    written = [_words(piece) for piece in pieces]
    owners = [index for index, words in enumerate(written) for _ in words]
    flat = [word.lower() for words in written for word in words]
    if max(map(len, pieces)) > LONGEST_PIECE:
        return tuple(map(tuple, written))
    try:
        said = _words(_normalizer(language).normalize(" ".join(pieces)))
    except ValueError:  # NoPathError: the grammars cannot read a character
        return tuple(map(tuple, written))
    shares: list[list[str]] = [[] for _ in pieces]
    for tag, i, j, k, n in SequenceMatcher(
        None, flat, [word.lower() for word in said], autojunk=False
    ).get_opcodes():
        if tag == "equal":
            for offset in range(j - i):
                shares[owners[i + offset]].append(said[k + offset])
        elif tag in ("replace", "insert"):
            _share(said[k:n], owners[i:j] or [owners[i - 1] if i else 0], shares)
    return tuple(map(tuple, shares))


def _share(said: Sequence[str], owners: Sequence[int], shares: list[list[str]]) -> None:
    """Distributes the words over the pieces that they replace, in order and evenly."""
    distinct = list(dict.fromkeys(owners))
    for position, word in enumerate(said):
        shares[distinct[position * len(distinct) // len(said)]].append(word)


def _words(text: str) -> list[str]:
    return (_WORD if text.isascii() else word_pattern()).findall(text.replace("’", "'"))


@lru_cache(maxsize=4)
def _normalizer(language: str) -> Normalizer:
    return Normalizer(lang=language)
