"""Shares out among several words what is said for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Share:
    """A word's share of what is said. It ``runs_on`` if it ends in the middle of a spoken word."""

    said: tuple[str, ...]
    runs_on: bool = False


def shares(said: Sequence[str], n_words: int) -> list[Share]:
    """The spoken words in ``n_words`` parts.

    If there are fewer spoken words than parts, they are cut between letters.

    >>> [share.said for share in shares(["noo", "yawk", "city"], 2)]
    [('noo', 'yawk'), ('city',)]
    >>> shares(["noork"], 2)
    [Share(said=('noo',), runs_on=True), Share(said=('rk',), runs_on=False)]
    """
    if len(said) >= n_words:
        edges = _edges(len(said), n_words)
        return [Share(tuple(said[first:stop])) for first, stop in pairwise(edges)]
    letters = [(word, letter) for word, text in enumerate(said) for letter in text]
    parts = [letters[first:stop] for first, stop in pairwise(_edges(len(letters), n_words))]
    behind = [*parts[1:], []]
    return [
        Share(
            _words(part),
            runs_on=bool(part and after and part[-1][0] == after[0][0]),
        )
        for part, after in zip(parts, behind, strict=True)
    ]


def _edges(n_items: int, n_parts: int) -> list[int]:
    if n_items < n_parts:  # the last parts get nothing
        return [min(number, n_items) for number in range(n_parts + 1)]
    return [round(number * n_items / n_parts + 0.01) for number in range(n_parts + 1)]


def _words(letters: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """The letters of each spoken word, joined."""
    numbers = dict.fromkeys(number for number, _ in letters)
    return tuple("".join(c for of, c in letters if of == number) for number in numbers)
