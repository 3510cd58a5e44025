"""Which way letters run, and what stands where in a line that runs both ways.

Source: Unicode Standard Annex 9, for whole words: what it says of numbers (W2, W7), of marks
between letters of two directions (N1, N2) and of the order of runs (L2).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_RIGHT, _LEFT, _NUMBER = frozenset({"R", "AL"}), frozenset({"L"}), frozenset({"EN", "AN"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: a word, by its number, or a space or mark beside words."""

    text: str
    word: int | None = None


def runs_right_to_left(text: str) -> bool:
    """Whether a word has letters that run from right to left.

    >>> runs_right_to_left("שלום"), runs_right_to_left("42")
    (True, False)
    """
    return not text.isascii() and direction_of(text) == "R"


@lru_cache(maxsize=8192)
def direction_of(text: str) -> str:
    """R or L, as the word's letters run, N for a number, or nothing."""
    kinds = {unicodedata.bidirectional(character) for character in text}
    if kinds & _RIGHT:
        return "R"
    return "L" if kinds & _LEFT else "N" if kinds & _NUMBER else ""


def visual_pieces(
    texts: Sequence[str], glue: Sequence[str], is_right_to_left: bool
) -> Iterator[Piece]:
    """The line's pieces from left to right.

    >>> line = ("בין", "10", "20"), (" ", " ", "")
    >>> [piece.word for piece in visual_pieces(*line, True) if piece.word is not None]
    [2, 1, 0]
    """
    runs = _runs([direction_of(text) for text in texts], "R" if is_right_to_left else "L")
    pieces = [list(_run_pieces(run, texts, glue, is_right_to_left)) for run in runs]
    spaces = [Piece(glue[run[-1]]) for run in runs[:-1]]
    line = [
        piece
        for k, run in enumerate(pieces)
        for piece in (run, [spaces[k]] if k < len(spaces) else [])
    ]
    for one in reversed(line) if is_right_to_left else line:
        yield from one


def _runs(directions: Sequence[str], base: str) -> list[list[int]]:
    """The words' numbers, those together that run against the line."""
    runs: list[list[int]] = []
    strong, was_against = base, False
    for index, direction in enumerate(directions):
        strong = direction if direction in ("L", "R") else strong
        # A number goes with the letters before it; a mark alone goes with the line.
        is_against = direction != "" and strong != base
        if is_against and was_against:
            runs[-1].append(index)
        else:
            runs.append([index])
        was_against = is_against
    return runs


def _run_pieces(
    run: Sequence[int], texts: Sequence[str], glue: Sequence[str], is_right_to_left: bool
) -> Iterator[Piece]:
    """A run's pieces from left to right, its outer marks on the line's sides of it."""
    is_against = (direction_of(texts[run[0]]) == "L") == is_right_to_left
    if not is_against or direction_of(texts[run[0]]) in ("", "N"):
        yield Piece(texts[run[0]], run[0])
        return
    first, last = texts[run[0]], texts[run[-1]]
    opening = first[: len(first) - len(first.lstrip(_marks(first)))]
    closing = last[len(last.rstrip(_marks(last))) :]
    words = [Piece(texts[k], k) for k in run]
    words[0] = Piece(words[0].text[len(opening) :], run[0])
    bare = words[-1].text
    words[-1] = Piece(bare[: len(bare) - len(closing)], run[-1])
    inner: list[Piece] = []
    for k, word in zip(run, words, strict=True):
        inner += [word, Piece(glue[k])]
    inner.pop()
    left, right = (closing, opening) if is_right_to_left else (opening, closing)
    yield Piece(left)
    yield from inner if is_right_to_left else inner[::-1]
    yield Piece(right)


def _marks(text: str) -> str:
    """The characters of a text that have no direction."""
    return "".join(c for c in text if direction_of(c) == "")
