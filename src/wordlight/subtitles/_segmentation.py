"""Where captions and lines end: a dynamic program over units of words.

``best[i]``, the price of the units from i on, is the least of ``span(i, j) + best[j + 1]`` over all
captions i…j that fit two lines; the best line break of each span is found with it. Spans are priced
in blocks of numpy rows, a row a first unit, a column a length, so the cost is linear in units. No
span reaches over the end of a stretch: a written line's end, or a change of speaker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from wordlight.subtitles._caption import is_spoken
from wordlight.subtitles._language import Language
from wordlight.subtitles._limits import Limits
from wordlight.subtitles._prices import Boundaries, Prices, price_boundaries
from wordlight.subtitles._units import as_word, is_parted, units
from wordlight.words import Word

Span = tuple[tuple[int, int], ...]
"""One caption: (first, stop) word of each of its lines."""

_BLOCK_UNITS = 2_048
_ONE_LINE = -1


def segment(
    words: Sequence[Word], language: Language, limits: Limits, prices: Prices
) -> list[Span]:
    """The captions of least total price; they cover every word once, in order."""
    together = units(words, language, limits.line_characters)
    joined = [as_word(unit, language) for unit in together]
    passage = _Passage.of(joined, language, limits, prices)
    n = len(joined)
    best = np.zeros(n + 1)
    lengths, breaks = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for first in range((n - 1) // _BLOCK_UNITS * _BLOCK_UNITS, -1, -_BLOCK_UNITS):
        rows = np.arange(first, min(first + _BLOCK_UNITS, n))
        table, splits = passage.price(rows)
        for row in range(len(rows) - 1, -1, -1):
            i = first + row
            reach = min(table.shape[1], n - i)
            totals = table[row, :reach] + best[i + 1 : i + 1 + reach]
            length = int(totals.argmin())
            best[i], lengths[i], breaks[i] = totals[length], length + 1, splits[row, length]
    edges = list(accumulate(map(len, together), initial=0))
    return _follow(lengths.tolist(), breaks.tolist(), edges)


def _follow(lengths: list[int], breaks: list[int], edges: list[int]) -> list[Span]:
    """The captions; ``edges`` are the units' first words, and the number of words."""
    spans: list[Span] = []
    i = 0
    while i < len(lengths):
        stop, split = i + lengths[i], i + breaks[i] + 1
        stops = (i, stop) if breaks[i] == _ONE_LINE else (i, split, stop)
        spans.append(tuple(pairwise(edges[k] for k in stops)))
        i = stop
    return spans


@dataclass(frozen=True, slots=True)
class _Passage:
    """Units, each as one word, as arrays.

    ``offsets`` counts characters before each, spaces included; ``stretches`` is the number of the
    stretch that each is in; ``unspoken`` counts those before each that nobody says.
    """

    offsets: NDArray[np.int64]
    glue: NDArray[np.int64]
    starts_s: NDArray[np.float64]
    ends_s: NDArray[np.float64]
    stretches: NDArray[np.int64]
    unspoken: NDArray[np.int64]
    boundaries: Boundaries
    inside: NDArray[np.float64]
    limits: Limits
    prices: Prices

    @classmethod
    def of(
        cls, words: Sequence[Word], language: Language, limits: Limits, prices: Prices
    ) -> _Passage:
        widths = [max(1, language.width(word.text)) for word in words]
        glue = [len(language.between(*pair)) for pair in pairwise(words)]
        parted = np.array([False, *(is_parted(*pair) for pair in pairwise(words))])
        spaces = np.array([*glue, 0], dtype=np.int64)
        offsets = np.concatenate(([0], np.cumsum(np.array(widths, dtype=np.int64) + spaces)))
        boundaries = price_boundaries(words, language, prices)
        return cls(
            offsets=offsets,
            glue=spaces,
            starts_s=np.array([word.start_s for word in words]),
            ends_s=np.array([word.end_s for word in words]),
            stretches=np.cumsum(parted, dtype=np.int64),
            unspoken=np.cumsum([0, *(not is_spoken(word) for word in words)], dtype=np.int64),
            boundaries=boundaries,
            inside=np.concatenate(([0.0], np.cumsum(boundaries.inside))),
            limits=limits,
            prices=prices,
        )

    def price(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Price and line break of the spans from each of ``rows``: (n_rows, n_lengths) each."""
        firsts = rows[:, None]
        lasts = firsts + np.arange(self._longest_span(rows))[None, :]
        is_past_end = lasts >= len(self.glue)
        is_too_many = lasts - firsts >= self.limits.words
        lasts = np.minimum(lasts, len(self.glue) - 1)
        is_over_end = self.stretches[lasts] > self.stretches[firsts]
        table, splits = self._break_lines(firsts, lasts)
        table += self.prices.caption + self.boundaries.caption_end[lasts]
        table += self.inside[lasts] - self.inside[firsts]
        table += self._time(firsts, lasts)
        table[is_past_end | is_too_many | is_over_end] = np.inf
        return table, splits

    def _longest_span(self, rows: NDArray[np.int64]) -> int:
        room = self.limits.lines * self.limits.line_characters + 1
        stops = np.searchsorted(self.offsets, self.offsets[rows] + room + 1, side="right")
        return max(1, int((stops - rows).max()))

    def _width(self, firsts: NDArray[np.int64], lasts: NDArray[np.int64]) -> NDArray[np.int64]:
        width: NDArray[np.int64] = self.offsets[lasts + 1] - self.offsets[firsts] - self.glue[lasts]
        return width

    def _break_lines(
        self, firsts: NDArray[np.int64], lasts: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        limit, prices = self.limits.line_characters, self.prices
        table = np.where(self._width(firsts, lasts) <= limit, 0.0, np.inf)
        table[:, 0] = np.where(np.isinf(table[:, 0]), prices.long_word, 0.0)
        splits = np.full(lasts.shape, _ONE_LINE)
        if self.limits.lines == 1:
            return table, splits
        for split in range(lasts.shape[1] - 1):
            middles = np.minimum(firsts + split, len(self.glue) - 1)
            upper = self._width(firsts, middles)
            if upper.min() > limit:
                break
            ends = lasts[:, split + 1 :]
            lower = self._width(np.minimum(middles + 1, ends), ends)
            uneven = (upper - lower) / limit
            total = prices.second_line + self.boundaries.line_end[middles]
            total = total + prices.imbalance * np.abs(uneven)
            total += prices.top_heavy * uneven.clip(min=0.0)
            total[(upper > limit) | (lower > limit)] = np.inf
            is_better = total < table[:, split + 1 :]
            table[:, split + 1 :][is_better] = total[is_better]
            splits[:, split + 1 :][is_better] = split
        return table, splits

    def _time(self, firsts: NDArray[np.int64], lasts: NDArray[np.int64]) -> NDArray[np.float64]:
        limits, prices = self.limits, self.prices
        following_s = np.append(self.starts_s[1:], np.inf)[lasts]
        room_s = following_s - limits.gap_ms / 1000 - self.starts_s[firsts]
        shown_s = np.minimum(room_s, limits.longest_ms / 1000).clip(min=0.05)
        speed = self._width(firsts, lasts) / shown_s
        missing = 1.0 - room_s / (limits.shortest_ms / 1000)
        excess_s = self.ends_s[lasts] - self.starts_s[firsts] - limits.longest_ms / 1000
        n_unspoken = self.unspoken[lasts + 1] - self.unspoken[firsts]
        haste = (speed / limits.characters_per_s - 1.0).clip(min=0.0)
        price: NDArray[np.float64]
        price = prices.too_fast * np.where(n_unspoken > 0, haste, haste.clip(max=1.0))
        price += prices.too_short * missing.clip(0.0, 1.0)
        is_unread = (n_unspoken > lasts - firsts) & ((haste > 0) | (missing > 0))
        price[is_unread] = prices.unread
        price[excess_s > 0] += prices.too_long + 10.0 * excess_s[excess_s > 0]
        return price
