"""The direction of letters, and the visual order of words in a line of mixed direction.

Source: Unicode Standard Annex 9, applied to whole words: its rules for numbers (W2, W7), for marks
between letters of two directions (N1, N2) and for the order of runs (L2).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_RIGHT, _LEFT, _NUMBER = frozenset({"R", "AL"}), frozenset({"L"}), frozenset({"EN", "AN"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: a word with its number, or a space or mark beside words."""

    text: str
    word: int | None = None


def runs_right_to_left(text: str) -> bool:
    """Whether the word has letters that run from right to left.

    >>> runs_right_to_left("שלום"), runs_right_to_left("42")
    (True, False)
    """
    return not text.isascii() and direction_of(text) == "R"


@lru_cache(maxsize=8192)
def direction_of(text: str) -> str:
    """The direction of the word's letters, R or L; N for a number; empty for other text."""
    kinds = {unicodedata.bidirectional(character) for character in text}
    if kinds & _RIGHT:
        return "R"
    return "L" if kinds & _LEFT else "N" if kinds & _NUMBER else ""


def visual_pieces(
    texts: Sequence[str], glue: Sequence[str], is_right_to_left: bool
) -> Iterator[Piece]:
    """The pieces of the line from left to right.

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
    """The words' numbers, in runs. Successive words that run against the line form one run."""
    runs: list[list[int]] = []
    strong, was_against = base, False
    for index, direction in enumerate(directions):
        strong = direction if direction in ("L", "R") else strong
        # A number takes the direction of the letters before it; a mark takes the line's.
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
    """The pieces of a run from left to right. Marks at its ends follow the line's direction."""
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
    """The characters of the text that have no direction."""
    return "".join(c for c in text if direction_of(c) == "")
