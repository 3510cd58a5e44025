"""Prices the captions of a script: the text's part first, then the part of the word times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from wordlight.subtitles._limits import Limits
from wordlight.subtitles.breaks._prices import Boundaries, Prices, price_boundaries
from wordlight.subtitles.breaks._units import as_word, is_parted, units
from wordlight.subtitles.languages import Language
from wordlight.words import Word

Table = NDArray[np.float64]
"""Prices, (n_rows, n_lengths): a row for each caption's last unit, a column for each length in
units."""
_SLACK_S = 1e-3
"""More than the rounding error by which a word may start before the previous one ends."""


@dataclass(frozen=True, slots=True)
class Script:
    """The units of a text as arrays, without times.

    ``edges`` are the index of each unit's first word, and finally the number of words. ``offsets``
    is the number of characters before each unit, spaces included. A stretch of the text ends with a
    written line or a change of speaker; ``stretches`` is the index of each unit's stretch.
    """

    edges: tuple[int, ...]
    offsets: NDArray[np.int64]
    glue: NDArray[np.int64]
    stretches: NDArray[np.int64]
    boundaries: Boundaries
    limits: Limits
    prices: Prices

    @classmethod
    def of(
        cls, words: Sequence[Word], language: Language, limits: Limits, prices: Prices
    ) -> Script:
        """The script of these words; their times are ignored."""
        together = units(words, language, limits.line_characters)
        joined = [as_word(unit, language) for unit in together]
        widths = [max(1, language.width(word.text)) for word in joined]
        glue = [len(language.between(*pair)) for pair in pairwise(joined)]
        parted = np.array([False, *(is_parted(*pair) for pair in pairwise(joined))])
        spaces = np.array([*glue, 0][: len(joined)], dtype=np.int64)
        return cls(
            edges=tuple(accumulate(map(len, together), initial=0)),
            offsets=np.concatenate(([0], np.cumsum(np.array(widths, dtype=np.int64) + spaces))),
            glue=spaces,
            stretches=np.cumsum(parted, dtype=np.int64),
            boundaries=price_boundaries(joined, language, prices),
            limits=limits,
            prices=prices,
        )

    @property
    def n_units(self) -> int:
        """The number of units."""
        return len(self.glue)

    def latest(self, unit: int) -> int:
        """An upper bound of the last unit of any caption that begins with ``unit`` or before it."""
        room = self.offsets[unit] + self.most_characters + 1
        return min(self.n_units - 1, int(np.searchsorted(self.offsets, room, side="right")))

    @property
    def shortest_s(self) -> float:
        """The time that a caption should last; at least a millisecond."""
        return max(self.limits.shortest_ms * self.prices.calm, 1) / 1000

    @property
    def most_characters(self) -> int:
        """The most characters of a caption with several units."""
        return self.limits.lines * self.limits.line_characters + 1


@dataclass(frozen=True, slots=True)
class Passage:
    """The first units of a script, with their times.

    ``unspoken[k]`` counts the unspoken units before unit k. ``inside`` is the cumulative price of
    continuing after each unit. A unit whose times are unknown begins at ``known_s`` or later; here
    it is placed at ``known_s``. The price of a caption is exact if the start of the unit after it
    is known, or if the script ends with it.
    """

    script: Script
    starts_s: NDArray[np.float64]
    ends_s: NDArray[np.float64]
    unspoken: NDArray[np.int64]
    boundaries: Boundaries
    inside: NDArray[np.float64]
    known_s: float

    @classmethod
    def of(
        cls,
        script: Script,
        starts_s: NDArray[np.float64],
        ends_s: NDArray[np.float64],
        is_unspoken: NDArray[np.bool_],
        known_s: float,
    ) -> Passage:
        """The first units of the script, with these times, (n_units,) each."""
        pauses_s = np.append(starts_s[1:] - ends_s[:-1], 0.0).clip(min=0.0)
        boundaries = script.boundaries.paused(pauses_s, script.prices)
        return cls(
            script,
            starts_s,
            ends_s,
            np.concatenate(([0], np.cumsum(is_unspoken, dtype=np.int64))),
            boundaries,
            np.concatenate(([0.0], np.cumsum(boundaries.inside))),
            known_s,
        )

    def price(self, rows: NDArray[np.int64]) -> tuple[Table, NDArray[np.int64]]:
        """The prices of the captions that end with each unit of ``rows``, and their line breaks.

        A line break is the number of units in the lower line. A caption's price depends only on its
        own units and on the next one's start.
        """
        firsts, lasts = self._spans(rows)
        table, lower = self._price_text(firsts, lasts)
        return table + self._time(np.maximum(firsts, 0), lasts), lower

    def least_and_most(self, rows: NDArray[np.int64]) -> tuple[Table, Table]:
        """Lower and upper bounds of those captions' prices, for any times that are still unknown.

        They are for comparing the lower bound of a longer caption with the upper bound of a shorter
        one that has the same end. After ``known_s`` the bounds omit the prices of silence and of
        too long a time, because the longer caption pays at least as much for these.
        """
        firsts, lasts = self._spans(rows)
        least, _ = self._price_text(firsts, lasts)
        return least, least + self._most_time(np.maximum(firsts, 0), lasts)

    def _spans(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first unit of each caption, (n_rows, n_lengths), and its last unit, (n_rows, 1).

        A first unit below 0 does not exist.
        """
        lasts = rows[:, None]
        return lasts - np.arange(self._longest_span(rows))[None, :], lasts

    def _price_text(
        self, firsts: NDArray[np.int64], lasts: NDArray[np.int64]
    ) -> tuple[Table, NDArray[np.int64]]:
        """The price apart from the time on screen, and the number of units in the lower line."""
        limits, prices, stretches = self.script.limits, self.script.prices, self.script.stretches
        is_out = (firsts < 0) | (lasts - firsts >= limits.words)
        firsts = np.maximum(firsts, 0)
        table, lower = self._break_lines(firsts, lasts)
        table += prices.caption + self.boundaries.caption_end[lasts]
        table += self.inside[lasts] - self.inside[firsts]
        table[is_out | (stretches[lasts] > stretches[firsts])] = np.inf
        return table, lower

    def _longest_span(self, rows: NDArray[np.int64]) -> int:
        stops = rows + 1
        room = self.script.most_characters + 1
        firsts = np.searchsorted(self.script.offsets, self.script.offsets[stops] - room)
        return max(1, int((stops - firsts).max()))

    def _width(self, firsts: NDArray[np.int64], lasts: NDArray[np.int64]) -> NDArray[np.int64]:
        offsets = self.script.offsets
        width: NDArray[np.int64] = offsets[lasts + 1] - offsets[firsts] - self.script.glue[lasts]
        return width

    def _break_lines(
        self, firsts: NDArray[np.int64], lasts: NDArray[np.int64]
    ) -> tuple[Table, NDArray[np.int64]]:
        limits, prices = self.script.limits, self.script.prices
        limit = limits.line_characters
        table = np.where(self._width(firsts, lasts) <= limit, 0.0, np.inf)
        table[:, 0] = np.where(np.isinf(table[:, 0]), prices.long_word, 0.0)
        lower = np.zeros(firsts.shape, dtype=np.int64)
        if limits.lines == 1:
            return table, lower
        for n_lower in range(firsts.shape[1] - 1, 0, -1):
            middles = np.maximum(lasts - n_lower, 0)
            below = self._width(middles + 1, lasts)
            if below.min() > limit:
                continue
            above = self._width(firsts[:, n_lower:], middles)
            uneven = (above - below) / limit
            total = prices.second_line + self.boundaries.line_end[middles]
            total = total + prices.imbalance * np.abs(uneven)
            is_alone = middles == firsts[:, n_lower:]
            total += np.where(is_alone, self.boundaries.stranded[middles], 0.0)
            total += prices.top_heavy * uneven.clip(min=0.0)
            total[(above > limit) | (below > limit)] = np.inf
            is_better = total < table[:, n_lower:]
            table[:, n_lower:][is_better] = total[is_better]
            lower[:, n_lower:][is_better] = n_lower
        return table, lower

    def _most_time(self, firsts: NDArray[np.int64], lasts: NDArray[np.int64]) -> Table:
        """The upper bound of the price of being too fast or too short."""
        limits, prices = self.script.limits, self.script.prices
        room_s = self.known_s - _SLACK_S - limits.gap_ms / 1000 - self.starts_s[firsts]
        shown_s = np.minimum(room_s, limits.longest_ms / 1000).clip(min=0.05)
        haste = self._width(firsts, lasts) / shown_s / limits.characters_per_s - 1.0
        missing = 1.0 - room_s / self.script.shortest_s
        price: Table = prices.too_fast * haste.clip(min=0.0)
        price += prices.too_short * missing.clip(0.0, 1.0)
        n_unspoken = self.unspoken[lasts + 1] - self.unspoken[firsts]
        return np.where(n_unspoken > 0, np.maximum(price, prices.unread), price)

    def _time(self, firsts: NDArray[np.int64], lasts: NDArray[np.int64]) -> Table:
        limits, prices = self.script.limits, self.script.prices
        following_s = np.append(self.starts_s[1:], np.inf)[lasts]
        room_s = following_s - limits.gap_ms / 1000 - self.starts_s[firsts]
        shown_s = np.minimum(room_s, limits.longest_ms / 1000).clip(min=0.05)
        speed = self._width(firsts, lasts) / shown_s
        missing = 1.0 - room_s / self.script.shortest_s
        excess_s = self.ends_s[lasts] - self.starts_s[firsts] - limits.longest_ms / 1000
        n_unspoken = self.unspoken[lasts + 1] - self.unspoken[firsts]
        haste = (speed / limits.characters_per_s - 1.0).clip(min=0.0)
        price: Table = prices.too_fast * np.where(n_unspoken > 0, haste, haste.clip(max=1.0))
        price += prices.too_short * missing.clip(0.0, 1.0)
        is_unread = (n_unspoken > lasts - firsts) & ((haste > 0) | (missing > 0))
        price[is_unread] = prices.unread
        price[excess_s > 0] += prices.too_long + 10.0 * excess_s[excess_s > 0]
        return price
