"""A reading → the pieces it is spoken in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wordlight.reading import Break, Reading, ReadWord, breaks, spoken_text

__all__ = ["Break", "Chunk", "chunk"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Words that are spoken in one go: ``text`` as the speaker gets it, and what ends it.

    ``first`` is the index of its first word, ``n_words`` how many there are.
    """

    text: str
    ends_with: Break
    first: int
    n_words: int


SPLIT_COST = {
    Break.WORD: 6.0,
    Break.CLAUSE: 1.5,
    Break.SENTENCE: 0.3,
    Break.LINE: 0.1,
    Break.PARAGRAPH: 0.0,
}
"""What it costs the reading to breathe there."""
SHORT_S = 1.0
"""A chunk shorter than this sounds clipped."""
SHORT_COST = 2.0


@dataclass(frozen=True, slots=True)
class _Script:
    words: Sequence[ReadWord]
    ends: Sequence[Break]

    def chunk(self, start: int, stop: int) -> Chunk:
        text = spoken_text(self.words[start:stop], self.ends[start:stop])
        return Chunk(text, self.ends[stop - 1], start, stop - start)

    def is_said(self, start: int, stop: int) -> bool:
        return any(word.said for word in self.words[start:stop])


def chunk(reading: Reading, seconds: Callable[[str], float], limit_s: float) -> list[Chunk]:
    """The words in chunks of at most ``limit_s`` seconds, broken where a reader would breathe.

    ``seconds`` estimates how long a piece takes to say. Dynamic programming over clauses: as few
    chunks as can be, at the best breaks, none clipped short. A clause that is too long by itself
    is broken between words; a single word never is. Words of one group stay together, and those
    that nobody says with the word before them.
    """
    script = _Script(reading.words, breaks(reading.words))
    chunks: list[Chunk] = []
    clauses: list[Chunk] = []
    for clause in _clauses(script):
        clauses += _fit(script, clause, seconds, limit_s)
        if clause.ends_with is Break.PARAGRAPH:
            chunks += _pack(script, clauses, seconds, limit_s)
            clauses = []
    return chunks


def _clauses(script: _Script) -> list[Chunk]:
    """The words cut after everything that ends a clause or more; each has something to say."""
    cuts = [0]
    n_words = len(script.words)
    if not script.is_said(0, n_words):
        return []
    for stop in range(1, n_words + 1):
        is_end = script.ends[stop - 1] is not Break.WORD
        is_rest_said = stop == n_words or script.is_said(stop, n_words)
        if is_end and is_rest_said and script.is_said(cuts[-1], stop):
            cuts.append(stop)
    cuts[-1] = n_words
    return [script.chunk(start, stop) for start, stop in itertools.pairwise(cuts)]


def _fit(
    script: _Script, clause: Chunk, seconds: Callable[[str], float], limit_s: float
) -> list[Chunk]:
    """The clause, halved until every piece fits: between words that are not said together."""
    start, stop = clause.first, clause.first + clause.n_words
    if clause.n_words < 2 or seconds(clause.text) <= limit_s:
        return [clause]
    middles = [
        cut
        for cut in range(start + 1, stop)
        if script.words[cut - 1].group != script.words[cut].group
        and script.is_said(start, cut)
        and script.words[cut].said
    ]
    if not middles:
        return [clause]
    middle = min(middles, key=lambda cut: abs(2 * cut - start - stop))
    parts = script.chunk(start, middle), script.chunk(middle, stop)
    return [piece for part in parts for piece in _fit(script, part, seconds, limit_s)]


def _pack(
    script: _Script, units: list[Chunk], seconds: Callable[[str], float], limit_s: float
) -> list[Chunk]:
    """The cheapest way to join neighbouring units into chunks within the limit."""
    units_s = [seconds(unit.text) for unit in units]
    best_cost = [0.0] + [float("inf")] * len(units)
    best_start = [0] * (len(units) + 1)
    for end in range(1, len(units) + 1):
        total_s = 0.0
        for start in range(end - 1, -1, -1):
            total_s += units_s[start]
            if total_s > limit_s and start < end - 1:
                break
            cost = best_cost[start] + 1.0 + SPLIT_COST[units[end - 1].ends_with]
            cost += SHORT_COST if total_s < SHORT_S else 0.0
            if cost < best_cost[end]:
                best_cost[end], best_start[end] = cost, start
    chunks: list[Chunk] = []
    end = len(units)
    while end:
        start = best_start[end]
        last = units[end - 1]
        chunks.append(script.chunk(units[start].first, last.first + last.n_words))
        end = start
    return chunks[::-1]
