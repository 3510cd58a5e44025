"""English stretches that no rule reads, read by NeMo's grammars."""

from __future__ import annotations

from collections.abc import Sequence

from wordlight.reading._library import Budget
from wordlight.reading._pieces import Piece
from wordlight.reading.english._letters import letters

CONTEXT = 1
"""Pieces on each side that the grammars get along with a stretch, within its sentence."""


def read_by_grammars(
    pieces: Sequence[Piece],
    said: Sequence[list[str] | None],
    start: int,
    stop: int,
    budget: Budget,
) -> list[list[str]]:
    """What is said for the pieces from ``start`` to before ``stop``, which no rule has read."""
    first = start if pieces[start].is_first else max(0, start - CONTEXT)
    last = stop if pieces[stop - 1].is_last else min(len(pieces), stop + CONTEXT)
    texts = []
    for piece, words in zip(pieces[first:last], said[first:last], strict=True):
        texts.append(piece.core if words is None else " ".join(words))
    found = budget.read(texts, "en")[start - first : stop - first]
    return [
        _as_ours(words, piece.core) for words, piece in zip(found, pieces[start:stop], strict=True)
    ]


def _as_ours(words: Sequence[str], written: str) -> list[str]:
    """The words of the grammars, with letters as single capitals and all else in lower case."""
    said: list[str] = []
    for word in words:
        is_own = len(word) > 3 and word in written
        if word.isupper() and 1 < len(word) < 5 and not is_own:
            said += letters(word)
        elif len(word) == 1 and word.isalpha():
            said.append(word.upper())
        else:
            said.append(word.lower())
    return said
