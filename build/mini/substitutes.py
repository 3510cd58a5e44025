"""Wrong words in place of the spoken ones: an aligner must give them a low probability."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import numpy as np

SHORTEST_CHANGED, LETTERS_APART = 4, 2
"""The fewest letters of a changed word and its substitute, and the largest difference in length."""


def change_word(
    words: Sequence[str], vocabulary: Sequence[str], rng: np.random.Generator
) -> tuple[list[str], int | None]:
    """The words with one replaced by another of similar length, and its index, or None if none can.

    >>> change_word(["a", "stone"], ["stone", "bread", "no"], np.random.default_rng(0))
    (['a', 'bread'], 1)
    """
    long = [i for i, word in enumerate(words) if len(word) >= SHORTEST_CHANGED]
    if not long:
        return list(words), None
    place = int(rng.choice(long))
    near = [
        word
        for word in vocabulary
        if word != words[place]
        and len(word) >= SHORTEST_CHANGED
        and abs(len(word) - len(words[place])) <= LETTERS_APART
    ]
    if not near:
        return list(words), None
    return [*words[:place], near[int(rng.integers(len(near)))], *words[place + 1 :]], place


def as_long(words: Sequence[str], measure: Sequence[str]) -> list[str]:
    """The words, repeated or cut so that they have about as many letters as the measure.

    >>> as_long(["one", "two"], ["threes", "four"])
    ['one', 'two', 'one']
    """
    wanted, found = sum(map(len, measure)) - SHORTEST_CHANGED, list[str]()
    for word in cycle(words):
        if sum(map(len, found)) > wanted:
            break
        found.append(word)
    return found
