"""Finds where captions and lines end, with a dynamic program over units of words.

``best[k]``, the price of the units before k, is the least of ``best[i] + span(i, k)`` over all
captions from unit i to before k that fit two lines. The best line break of a caption is found at
the same time. Prices are computed in numpy blocks, with a row for each last unit and a column for
each length, so the cost is linear in the number of units. A caption never crosses the end of a
written line or a change of speaker.

The program runs from the front, so no later word affects ``best[k]`` or the path to it. The
captions of a whole text are a path through boundaries. Up to each of these boundaries the path is
that boundary's own cheapest path, however prices are rounded and ties are broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from wordlight.subtitles._caption import is_spoken
from wordlight.subtitles._limits import Limits
from wordlight.subtitles.breaks._prices import Prices
from wordlight.subtitles.breaks._script import Passage, Script
from wordlight.subtitles.languages import Language
from wordlight.words import Word

Span = tuple[tuple[int, int], ...]
"""One caption: for each line, its first word and the word after its last one, by index."""

_BLOCK_UNITS = 2_048
_TIE = 1e-6
"""Points. Paths whose prices differ by less are tied, so that rounding does not choose between
them. The tied path with the longest last caption wins, so a short sentence joins the next one."""
_MARGIN = 1e-3
"""Points. A caption that costs at least this much more cannot be chosen by a tie or by rounding."""


def segment(
    words: Sequence[Word], language: Language, limits: Limits, prices: Prices
) -> list[Span]:
    """The captions with the least total price. Together they contain every word once, in order."""
    return Segmenter(words, language, limits, prices).add(words)


class Segmenter:
    """Finds the captions with the least total price while words get their times in batches.

    ``words`` are all words of the text; their times are ignored.
    """

    def __init__(
        self, words: Sequence[Word], language: Language, limits: Limits, prices: Prices
    ) -> None:
        self._script = Script.of(words, language, limits, prices)
        n = self._script.n_units
        self._waiting: list[Word] = []  # words of an unfinished unit
        self._starts_s, self._ends_s = np.zeros(n), np.zeros(n)
        self._is_unspoken = np.zeros(n, dtype=np.bool_)
        self._n_known = 0
        self._best = np.zeros(n + 1)
        self._lengths, self._lower = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self._n_priced = self._n_settled = 0

    def add(self, words: Sequence[Word]) -> list[Span]:
        """Takes the next words with times, and returns the captions that no later word can change.

        With the last word it returns all remaining captions.
        """
        self._know(words)
        n, n_known = self._script.n_units, self._n_known
        if n_known == 0:
            return []
        passage = self._passage()
        # A caption's price depends on when the next one begins.
        stop = n if n_known == n else n_known - 1
        self._price(passage, stop)
        return self._upto(self._meeting({n} if stop == n else self._ends(passage, stop)))

    def _know(self, words: Sequence[Word]) -> None:
        """Stores the times of the units that these words complete."""
        self._waiting += words
        edges, first = self._script.edges, self._script.edges[self._n_known]
        n_words = first + len(self._waiting)
        while self._n_known < self._script.n_units and edges[self._n_known + 1] <= n_words:
            k = self._n_known
            unit = self._waiting[edges[k] - first : edges[k + 1] - first]
            # By a rounding error a word may start before the previous start; starts never go back.
            self._starts_s[k] = max(unit[0].start_s, self._starts_s[max(0, k - 1)])
            self._ends_s[k] = unit[-1].end_s
            self._is_unspoken[k] = not any(map(is_spoken, unit))
            self._n_known += 1
        self._waiting = self._waiting[edges[self._n_known] - first :]

    def _passage(self) -> Passage:
        """The known units, and the unknown units that a caption with a known unit can reach."""
        n, known_s = self._n_known, float(self._ends_s[self._n_known - 1])
        reach = self._script.latest(n - 1) + 1
        self._starts_s[n:reach] = self._ends_s[n:reach] = known_s
        return Passage.of(
            self._script,
            self._starts_s[:reach],
            self._ends_s[:reach],
            self._is_unspoken[:reach],
            known_s,
        )

    def _price(self, passage: Passage, stop: int) -> None:
        """Finds the cheapest path to each boundary up to ``stop``."""
        best = self._best
        for first in range(self._n_priced, stop, _BLOCK_UNITS):
            lasts = np.arange(first, min(first + _BLOCK_UNITS, stop))
            table, lower = passage.price(lasts)
            for row, last in enumerate(lasts.tolist()):
                reach = min(table.shape[1], last + 1)
                totals = table[row, :reach] + best[last::-1][:reach]
                length = int((totals <= totals.min() + _TIE).nonzero()[0][-1])
                best[last + 1] = totals[length]
                self._lengths[last], self._lower[last] = length + 1, lower[row, length]
        self._n_priced = stop

    def _ends(self, passage: Passage, stop: int) -> set[int]:
        """The boundaries up to ``stop`` that may be the last such boundary on the final path.

        From that boundary, a caption extends over unit ``stop``. A boundary is excluded if, for
        every end, the caption from a later boundary costs less whatever the unknown times are.
        """
        rows = np.arange(stop, self._script.latest(stop) + 1)
        least, most = passage.least_and_most(rows)
        firsts = rows[:, None] - np.arange(least.shape[1])[None, :]
        is_open = (firsts >= self._n_settled) & (firsts <= stop)
        before = np.where(is_open, self._best[firsts.clip(0, stop)], np.inf)
        least, most = before + least, before + most
        shorter = np.minimum.accumulate(most, axis=1)  # the least upper bound up to this length
        is_open &= np.isfinite(least)
        is_open[:, 1:] &= ~(least[:, 1:] > shorter[:, :-1] + _MARGIN)
        return set(firsts[is_open].tolist())

    def _meeting(self, ends: set[int]) -> int:
        """The last boundary that the cheapest paths to all these boundaries share."""
        while len(ends) > 1:
            last = max(ends)
            ends.remove(last)
            ends.add(max(last - int(self._lengths[last - 1]), self._n_settled))
        return ends.pop()

    def _upto(self, boundary: int) -> list[Span]:
        """The captions from the last settled boundary to ``boundary``, which is settled now."""
        edges, spans = self._script.edges, list[Span]()
        stop = boundary
        while stop > self._n_settled:
            start = stop - int(self._lengths[stop - 1])
            n_lower = int(self._lower[stop - 1])
            stops = (start, stop - n_lower, stop) if n_lower else (start, stop)
            spans.append(tuple(pairwise(edges[k] for k in stops)))
            stop = start
        self._n_settled = boundary
        return spans[::-1]
