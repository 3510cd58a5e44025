"""Where captions and lines end: a dynamic program over units of words.

``best[k]``, the price of the units before k, is the least of ``best[i] + span(i, k)`` over all
captions of the units from i to before k that fit two lines; the best line break of each is found
with it. Spans are priced in blocks of numpy rows, a row a last unit, a column a length, so the cost
is linear in units. No span reaches over the end of a stretch: a written line's end, or a change of
speaker.

It runs from the front, so that nothing later has a part in ``best[k]`` or in the way to it. The
captions of a whole text are a way through one boundary after another, and up to each of these they
are that boundary's own cheapest way, however prices are rounded and ties fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from wordlight.subtitles._caption import is_spoken
from wordlight.subtitles._language import Language
from wordlight.subtitles._limits import Limits
from wordlight.subtitles._prices import Prices
from wordlight.subtitles._script import Passage, Script
from wordlight.words import Word

Span = tuple[tuple[int, int], ...]
"""One caption: (first, stop) word of each of its lines."""

_BLOCK_UNITS = 2_048
_TIE = 1e-6
"""Points: ways that differ by less cost the same, so that no rounding chooses between them. Of
those the one with the longest last caption is taken: a short sentence stands with the next one."""


def segment(
    words: Sequence[Word], language: Language, limits: Limits, prices: Prices
) -> list[Span]:
    """The captions of least total price; they cover every word once, in order."""
    return Segmenter(words, language, limits, prices).add(words)


class Segmenter:
    """The captions of least total price of a text whose words get their times bit by bit.

    ``words`` are all of them; their times are not looked at.
    """

    def __init__(
        self, words: Sequence[Word], language: Language, limits: Limits, prices: Prices
    ) -> None:
        self._script = Script.of(words, language, limits, prices)
        n = self._script.n_units
        self._waiting: list[Word] = []  # of a unit that is not whole
        self._starts_s, self._ends_s = np.zeros(n), np.zeros(n)
        self._is_unspoken = np.zeros(n, dtype=np.bool_)
        self._n_known = 0
        self._best = np.zeros(n + 1)
        self._lengths, self._lower = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self._n_priced = self._n_settled = 0

    def add(self, words: Sequence[Word]) -> list[Span]:
        """Takes the next words, timed; the captions that no later word can change.

        With the last word come all captions that are left.
        """
        self._know(words)
        n = self._script.n_units
        # A caption's price depends on when the next one begins.
        stop = n if self._n_known == n else max(0, self._n_known - 1)
        self._price(stop)
        return self._upto(self._common_boundary())

    def _know(self, words: Sequence[Word]) -> None:
        self._waiting += words
        edges = self._script.edges
        first = edges[self._n_known]
        n_words = first + len(self._waiting)
        while self._n_known < self._script.n_units and edges[self._n_known + 1] <= n_words:
            start, stop = edges[self._n_known] - first, edges[self._n_known + 1] - first
            unit = self._waiting[start:stop]
            self._starts_s[self._n_known] = unit[0].start_s
            self._ends_s[self._n_known] = unit[-1].end_s
            self._is_unspoken[self._n_known] = not any(map(is_spoken, unit))
            self._n_known += 1
        self._waiting = self._waiting[edges[self._n_known] - first :]

    def _price(self, stop: int) -> None:
        """Finds the cheapest ways to all boundaries up to that one."""
        n, best = self._n_known, self._best
        passage = Passage.of(
            self._script, self._starts_s[:n], self._ends_s[:n], self._is_unspoken[:n]
        )
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

    def _common_boundary(self) -> int:
        """The last boundary on the cheapest ways to all those that the whole text's may be on.

        The whole text's way ends a caption somewhere before the first unit that is not priced, or
        right there; no further back than the longest caption with that unit begins.
        """
        stop = self._n_priced
        first = stop if stop == self._script.n_units else self._script.earliest(stop)
        ends = set(range(max(first, self._n_settled), stop + 1))
        while len(ends) > 1:
            last = max(ends)
            ends.remove(last)
            ends.add(max(last - int(self._lengths[last - 1]), self._n_settled))
        return ends.pop()

    def _upto(self, boundary: int) -> list[Span]:
        """The captions from the last settled boundary to that one, which is settled now."""
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
