"""How readily an English line ends after a word, learned from captions that people broke.

The model is a conditional logit: of all places where a line could have ended, a person chose one.
The log-odds of a place are the sum of seven weights. They belong to: the classes of the two words
around the place; these classes with one more word on each side; the two words themselves, if they
are common; and the distances in words to the marks before and after it.
``benchmarks/subtitles/learn_breaks.py`` learns the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from wordlight.subtitles.breaks._looseness_weights import DISTANCES, WORDS, WORDS_AROUND
from wordlight.subtitles.breaks._word_classes import CLASSES, MARKS, NONE, unmarked, word_class

N_CLASSES = len(CLASSES)
N_DISTANCES = 4
"""Distances to a mark are one, two, three, or more words."""
TENTH = 0.1
"""The unit in which the weights are written."""
_FAR = 1 << 30


def looseness(texts: Sequence[str], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """How readily a line ends after each word, (n_words,), in log-odds; 0 is an average place.

    ``ends`` says what ends after each word: a sentence, a clause or neither, as in `break_after`.

    >>> loose = looseness(["tell", "you", "about", "coffee", "today"], np.full(5, 2))
    >>> bool(loose[2] < loose[1])
    True
    """
    if len(texts) == 0:
        return np.zeros(0)
    common, weights = _table()
    loose: NDArray[np.float64] = weights[traits(texts, ends, common)].sum(axis=1)
    return loose


def traits(
    texts: Sequence[str], ends: NDArray[np.int64], common: Sequence[str]
) -> NDArray[np.int64]:
    """For each word, the rows of the table of weights that apply after it, (n_words, 7).

    ``common`` are the words that have weights of their own.
    """
    n_common, n = len(common), len(texts)
    is_marked = ends < len(MARKS)
    own = np.array([word_class(text) for text in texts], dtype=np.int64)
    left = np.where(is_marked, ends, own)  # a mark counts more than its word
    right = _moved(own, -1, NONE)
    numbers = {word: number for number, word in enumerate(common)}
    words = np.array([numbers.get(unmarked(text), n_common) for text in texts], dtype=np.int64)
    places = np.arange(n)
    last_mark = np.maximum.accumulate(np.where(is_marked, places, -1))
    next_mark = np.minimum.accumulate(np.where(is_marked, places, _FAR)[::-1])[::-1]
    until = _moved(next_mark, -1, _FAR) - places
    since = places - _moved(last_mark, 1, -1)
    columns = (
        left * N_CLASSES + right,
        _moved(left, 1, NONE) * N_CLASSES + left,
        right * N_CLASSES + _moved(np.where(is_marked, ends, right), -1, NONE),
        until.clip(max=N_DISTANCES) - 1,
        since.clip(max=N_DISTANCES) - 1,
        np.where(is_marked, n_common, words),
        _moved(words, -1, n_common),
    )
    starts = np.cumsum([0, *sizes(n_common)])[:-1]
    rows: NDArray[np.int64] = np.stack(columns, axis=1) + starts
    return rows


def sizes(n_common: int) -> list[int]:
    """The number of weights that each of the seven columns of `traits` can select."""
    return [N_CLASSES**2] * 3 + [N_DISTANCES] * 2 + [n_common + 1] * 2


def _moved(values: NDArray[np.int64], by: int, fill: int) -> NDArray[np.int64]:
    """The array shifted right by ``by`` places (left if negative), padded with ``fill``."""
    moved = np.full_like(values, fill)
    if by > 0:
        moved[by:] = values[:-by]
    else:
        moved[:by] = values[-by:]
    return moved


@cache
def _table() -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """The common words, and the table of weights that `traits` indexes."""
    words, lefts, rights = (WORDS.split()[first::3] for first in range(3))
    tenths = [*WORDS_AROUND.split(), *DISTANCES.split(), *lefts, *rights]
    return tuple(words[:-1]), np.array(tenths, dtype=np.float64) * TENTH
