"""What an aligner can spell: spoken words become the labels it was trained to hear."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment.viterbi import WILDCARD

_SEPARATORS = ("|", " ")
_BLANKS = ("<pad>", "[pad]")
_FOLDS = {
    "’": "'", "‘": "'", "ʼ": "'", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d",
    "ð": "d", "þ": "th", "ı": "i",
}  # fmt: skip
"""What has no accent to strip and still has a plain spelling."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Labels by letter, and the two labels that are none."""

    letters: dict[str, int]
    blank: int
    separator: int | None

    @classmethod
    def read(cls, dictionary: dict[str, int]) -> Alphabet:
        """The alphabet in a dictionary as ``whisperx.load_align_model`` returns it.

        Blank is ``<pad>`` or ``[pad]``, else label 0. Source: whisperX 3.8.6 ``align``.
        """
        blank = next((dictionary[name] for name in _BLANKS if name in dictionary), 0)
        separator = next((dictionary[name] for name in _SEPARATORS if name in dictionary), None)
        letters = {
            name: label
            for name, label in dictionary.items()
            if len(name) == 1 and name not in _SEPARATORS and label != blank
        }
        return cls(letters, blank, separator)

    def spell(self, word: str) -> list[int]:
        """Labels of one spoken word: as it is, else without accents; the rest is passed over."""
        labels: list[int] = []
        for letter in unicodedata.normalize("NFC", word).lower():
            if letter in self.letters:
                labels.append(self.letters[letter])
                continue
            plain = unicodedata.normalize("NFKD", _FOLDS.get(letter, letter))
            labels += [self.letters[part] for part in plain if part in self.letters]
        return labels


@dataclass(frozen=True, slots=True)
class Spelling:
    """Tokens of a whole passage: ``tokens`` and the two masks are (n_tokens,).

    ``words`` says for each written word which tokens are its own. Separators stand before, between
    and after words, and between the spoken words of one written word. ``is_separator`` marks them
    all; ``is_optional`` all but those between written words, which a model always says.
    """

    tokens: NDArray[np.int64]
    is_separator: NDArray[np.bool_]
    is_optional: NDArray[np.bool_]
    words: list[range]


def spell_words(spoken: Sequence[Sequence[str]], alphabet: Alphabet) -> Spelling:
    """The tokens of written words, each given as what is said for it.

    A word of which nothing can be spelled is one wildcard.

    >>> alphabet = Alphabet.read({"<pad>": 0, "|": 1, "a": 2, "b": 3})
    >>> spelling = spell_words([["ab"], ["a", "b"], ["東京"]], alphabet)
    >>> spelling.tokens.tolist(), spelling.words
    ([1, 2, 3, 1, 2, 1, 3, 1, -1, 1], [range(1, 3), range(4, 7), range(8, 9)])
    """
    gap = [] if alphabet.separator is None else [alphabet.separator]
    tokens = list(gap)
    words: list[range] = []
    for parts in spoken:
        first = len(tokens)
        for labels in [s for s in map(alphabet.spell, parts) if s] or [[WILDCARD]]:
            tokens += labels + gap
        words.append(range(first, len(tokens) - len(gap)))
    of_tokens = np.array(tokens, dtype=np.int64)
    # A separator is never a letter, so its label alone tells it.
    is_separator = np.zeros(len(tokens), dtype=np.bool_)
    if alphabet.separator is not None:
        is_separator = of_tokens == alphabet.separator
    is_optional = is_separator.copy()
    if gap:
        is_optional[[word.stop for word in words[:-1]]] = False
    return Spelling(of_tokens, is_separator, is_optional, words)
