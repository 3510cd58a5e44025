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
from wordlight.subtitles._limits import Limits
from wordlight.subtitles.breaks._prices import Prices
from wordlight.subtitles.breaks._script import Passage, Script
from wordlight.subtitles.languages import Language
from wordlight.words import Word

Span = tuple[tuple[int, int], ...]
"""One caption: (first, stop) word of each of its lines."""

_BLOCK_UNITS = 2_048
_TIE = 1e-6
"""Points: ways that differ by less cost the same, so that no rounding chooses between them. Of
those the one with the longest last caption is taken: a short sentence stands with the next one."""
_MARGIN = 1e-3
"""Points: what a caption must cost more so that no tie or rounding lets it be chosen."""


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
        n, n_known = self._script.n_units, self._n_known
        if n_known == 0:
            return []
        passage = self._passage()
        # A caption's price depends on when the next one begins.
        stop = n if n_known == n else n_known - 1
        self._price(passage, stop)
        return self._upto(self._meeting({n} if stop == n else self._ends(passage, stop)))

    def _know(self, words: Sequence[Word]) -> None:
        """Writes down the times of the units that are whole with those words."""
        self._waiting += words
        edges, first = self._script.edges, self._script.edges[self._n_known]
        n_words = first + len(self._waiting)
        while self._n_known < self._script.n_units and edges[self._n_known + 1] <= n_words:
            k = self._n_known
            unit = self._waiting[edges[k] - first : edges[k + 1] - first]
            # A word may begin a rounding error before the one before it ends; no start goes back.
            self._starts_s[k] = max(unit[0].start_s, self._starts_s[max(0, k - 1)])
            self._ends_s[k] = unit[-1].end_s
            self._is_unspoken[k] = not any(map(is_spoken, unit))
            self._n_known += 1
        self._waiting = self._waiting[edges[self._n_known] - first :]

    def _passage(self) -> Passage:
        """The known units, and as many after them as a caption of theirs may have."""
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
        """Finds the cheapest ways to all boundaries up to that one."""
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
        """The boundaries of which one is the last, up to ``stop``, on the whole text's way.

        From there a caption goes over unit ``stop``. It does not begin at a boundary if one with
        the same end that begins at a later boundary costs less, whatever the times to come are.
        """
        rows = np.arange(stop, self._script.latest(stop) + 1)
        least, most = passage.least_and_most(rows)
        firsts = rows[:, None] - np.arange(least.shape[1])[None, :]
        is_open = (firsts >= self._n_settled) & (firsts <= stop)
        before = np.where(is_open, self._best[firsts.clip(0, stop)], np.inf)
        least, most = before + least, before + most
        shorter = np.minimum.accumulate(most, axis=1)  # the least that any up to this length is
        is_open &= np.isfinite(least)
        is_open[:, 1:] &= ~(least[:, 1:] > shorter[:, :-1] + _MARGIN)
        return set(firsts[is_open].tolist())

    def _meeting(self, ends: set[int]) -> int:
        """The last boundary on the cheapest ways to all of them."""
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
