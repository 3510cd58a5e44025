"""Cuts a reading into the chunks that are spoken in one go."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from wordlight.reading import Break, Reading, ReadWord, breaks, spoken_text
from wordlight.reading.directions import Voice, take_brackets, times_of

__all__ = ["Break", "Chunk", "chunk"]


_OF_PIECE = re.compile(
    r"(?P<voice>\[voice:[^\[\]\n]{0,400}\])?(?:\[rate:(?P<rate>[^\[\]\n]{1,40})\])?"
)
"""The directions that a piece's text may begin with. The rest of the text is spoken."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Words that are spoken in one go: ``text`` as the speaker gets it, and how it ends.

    ``first`` is the index of its first word, ``n_words`` how many there are. ``pause_s``: the
    silence that the script asks for after it, None for a reader's usual one; ``voice`` and
    ``rate`` are those of its words. ``is_levelled``: it must be as loud as the other voices.
    """

    text: str
    ends_with: Break
    first: int
    n_words: int
    pause_s: float | None = None
    voice: str = ""
    rate: float = 1.0
    is_levelled: bool = False

    @classmethod
    def of_piece(cls, text: str) -> Chunk:
        """The chunk of a text that `directed` wrote.

        Raises:
            InvalidInput: A direction in the text is invalid.

        >>> Chunk.of_piece("[rate:0.9]So it is.")
        Chunk(text='So it is.', ends_with=<Break.PARAGRAPH: 4>, first=0, n_words=0, pause_s=None, \
voice='', rate=0.9, is_levelled=False)
        """
        before = _OF_PIECE.match(text)
        assert before is not None  # the pattern also matches an empty string
        voices, rate = take_brackets(before["voice"] or ""), before["rate"]
        named = [one.name for one in voices.directions if isinstance(one, Voice)]
        return cls(
            text[before.end() :],
            Break.PARAGRAPH,
            0,
            0,
            voice=named[0] if named else "",
            rate=times_of(rate, "TEXT", "its beginning") if rate else 1.0,
            is_levelled=bool(named),
        )

    @property
    def directed(self) -> str:
        """The text after its voice and rate: a piece that can be requested by itself."""
        voice = f"[voice:{self.voice}]" if self.is_levelled else ""
        rate = f"[rate:{self.rate!r}]" if self.rate != 1.0 else ""
        return voice + rate + self.text


SPLIT_COST = {
    Break.WORD: 6.0,
    Break.CLAUSE: 1.5,
    Break.SENTENCE: 0.3,
    Break.LINE: 0.1,
    Break.PARAGRAPH: 0.0,
}
"""The cost of a pause for breath at each kind of break."""
SHORT_S = 1.0
"""A chunk shorter than this sounds clipped."""
SHORT_COST = 2.0
FIRST_S, SHORT_SCRIPT_S = 3.0, 8.0
"""A script longer than the second value gets a short first chunk, for listeners of a stream. It
ends with a sentence if one ends within the first value, or else with a clause."""
Seconds = Callable[[Chunk], float]
FEW_WORDS = 40
"""The first words of a clause to estimate. Most readers say them in about 15 s."""


@dataclass(frozen=True, slots=True)
class _Script:
    words: Sequence[ReadWord]
    ends: Sequence[Break]
    has_voices: bool

    def chunk(self, start: int, stop: int) -> Chunk:
        words = self.words[start:stop]
        text = spoken_text(words, self.ends[start:stop])
        pauses_s = [word.pause_s for word in words if word.pause_s is not None]
        said = next((word for word in words if word.said), words[0])
        return Chunk(
            text, self.ends[stop - 1], start, stop - start,
            sum(pauses_s) if pauses_s else None, said.voice, said.rate, self.has_voices,
        )  # fmt: skip

    def parts_behind(self, index: int) -> bool:
        """Whether a pause, a change of voice or a change of rate separates a word from the next."""
        if index + 1 >= len(self.words):
            return False
        word, after = self.words[index : index + 2]
        is_same = (word.voice, word.rate) == (after.voice, after.rate)
        return word.pause_s is not None or not is_same

    def runs(self, clauses: Sequence[Chunk]) -> Iterator[list[Chunk]]:
        """The clauses in runs, which end at paragraphs and at the places of `parts_behind`."""
        run: list[Chunk] = []
        for clause in clauses:
            run.append(clause)
            last = clause.first + clause.n_words - 1
            if clause.ends_with is Break.PARAGRAPH or self.parts_behind(last):
                yield run
                run = []
        if run:
            yield run

    def joined(self, units: Sequence[Chunk]) -> Chunk:
        """The units as one chunk."""
        return self.chunk(units[0].first, units[-1].first + units[-1].n_words)

    def is_within_group(self, index: int) -> bool:
        """Whether a word and the one before it are said together."""
        if not 0 < index < len(self.words):
            return False
        return self.words[index - 1].group == self.words[index].group

    def is_said(self, start: int, stop: int) -> bool:
        return any(word.said for word in self.words[start:stop])


def chunk(reading: Reading, seconds: Callable[[str], float], limit_s: float) -> Iterator[Chunk]:
    """The words in chunks of at most ``limit_s`` seconds, broken where a reader would breathe.

    ``seconds`` estimates how long a piece takes to say; it is called for only a few chunks ahead.
    Dynamic programming over clauses finds few chunks with good breaks, none of them too short. A
    clause that is too long is broken between words, but a word never is. Words of one group stay
    together; a word of which nothing is said stays with the one before it. No chunk continues
    across a pause that the script asks for, or into another voice or rate. The first is short.
    """
    has_voices = any(word.voice for word in reading.words)
    script = _Script(reading.words, breaks(reading.words), has_voices)
    clauses = _clauses(script)

    def lasts_s(piece: Chunk) -> float:
        return seconds(piece.text) / piece.rate

    n_first = _n_first(script, clauses, lasts_s)
    for part in (clauses[:n_first], clauses[n_first:]):
        for run in script.runs(part):
            yield from _packed(script, run, lasts_s, limit_s)


def _packed(
    script: _Script, clauses: Sequence[Chunk], seconds: Seconds, limit_s: float
) -> Iterator[Chunk]:
    """The clauses of a run in chunks within the limit."""
    packing = _Packing(limit_s)
    for clause in clauses:
        for unit in _fit(script, clause, seconds, limit_s):
            yield from map(script.joined, packing.add(unit, seconds(unit)))
    yield from map(script.joined, packing.rest())


def _n_first(script: _Script, clauses: Sequence[Chunk], seconds: Seconds) -> int:
    """The number of clauses in the first chunk; 0 if the script is too short to need one."""
    total_s, n_clauses, is_settled = 0.0, 0, False
    for count, clause in enumerate(clauses, start=1):
        if clause.n_words > FEW_WORDS:  # `_fit` may cut it
            return n_clauses
        total_s += seconds(clause)
        if not is_settled and total_s >= SHORT_S:
            is_end = clause.ends_with >= Break.SENTENCE
            if not n_clauses or (is_end and total_s <= FIRST_S):
                n_clauses = count
            is_settled = is_end or total_s > FIRST_S
        is_settled = is_settled or clause.ends_with is Break.PARAGRAPH
        if total_s > SHORT_SCRIPT_S:
            return n_clauses
    return 0


def _clauses(script: _Script) -> list[Chunk]:
    """The words cut wherever a clause ends. In each clause something is said."""
    cuts = [0]
    n_words = len(script.words)
    if not script.is_said(0, n_words):
        return []
    for stop in range(1, n_words + 1):
        is_end = script.ends[stop - 1] is not Break.WORD or script.parts_behind(stop - 1)
        is_end = is_end and not script.is_within_group(stop)
        is_rest_said = stop == n_words or script.is_said(stop, n_words)
        if is_end and is_rest_said and script.is_said(cuts[-1], stop):
            cuts.append(stop)
    cuts[-1] = n_words
    return [script.chunk(start, stop) for start, stop in itertools.pairwise(cuts)]


def _fit(script: _Script, clause: Chunk, seconds: Seconds, limit_s: float) -> Iterator[Chunk]:
    """The clause, halved between groups of words until every piece fits."""
    start, stop = clause.first, clause.first + clause.n_words
    if clause.n_words < 2 or not _is_longer(script, clause, seconds, limit_s):
        yield clause
        return
    middles = [
        cut
        for cut in range(start + 1, stop)
        if script.words[cut - 1].group != script.words[cut].group
        and script.is_said(start, cut)
        and script.words[cut].said
    ]
    if not middles:
        yield clause
        return
    middle = min(middles, key=lambda cut: abs(2 * cut - start - stop))
    for part in (script.chunk(start, middle), script.chunk(middle, stop)):
        yield from _fit(script, part, seconds, limit_s)


def _is_longer(script: _Script, clause: Chunk, seconds: Seconds, limit_s: float) -> bool:
    """Whether a clause takes longer than the limit.

    The estimate begins with the first words of a long clause, and their number is doubled until
    they exceed the limit.
    """
    n_words = FEW_WORDS
    while n_words < clause.n_words:
        begin = script.chunk(clause.first, clause.first + n_words)
        if begin.text and seconds(begin) > limit_s:
            return True
        n_words *= 2
    return seconds(clause) > limit_s


class _Packing:
    """The cheapest way to join neighbouring units into chunks within the limit.

    A chunk may end with any unit. For each unit, ``_best`` has the cost of the cheapest path to its
    end, and the start of that path's last chunk. Chunks that all remaining paths share are settled.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._units: list[Chunk] = []
        self._units_s: list[float] = []
        self._best: list[tuple[float, int]] = [(0.0, 0)]
        self._n_settled = 0

    def add(self, unit: Chunk, unit_s: float) -> list[list[Chunk]]:
        """Takes the next unit, and returns the chunks that it settles, each as a list of units."""
        self._units.append(unit)
        self._units_s.append(unit_s)
        end = len(self._units)
        total_s, ways = 0.0, []
        for start in range(end - 1, -1, -1):
            total_s += self._units_s[start]
            if total_s > self._limit_s and start < end - 1:
                break
            cost = self._best[start][0] + 1.0 + SPLIT_COST[unit.ends_with]
            ways.append((cost + (SHORT_COST if total_s < SHORT_S else 0.0), -start))
        cost, start = min(ways)
        self._best.append((cost, -start))
        return self._settled(end - len(ways))

    def rest(self) -> list[list[Chunk]]:
        """The remaining chunks, once all units are added."""
        return self._upto(len(self._units))

    def _settled(self, first: int) -> list[list[Chunk]]:
        """The chunks that all cheapest paths to the ends from ``first`` on share.

        No later chunk can begin before ``first``, because it would exceed the limit.
        """
        ends = set(range(first, len(self._best)))
        while len(ends) > 1:
            last = max(ends)
            ends.remove(last)
            ends.add(max(self._best[last][1], self._n_settled))
        return self._upto(ends.pop())

    def _upto(self, end: int) -> list[list[Chunk]]:
        chunks = []
        stop = end
        while stop > self._n_settled:
            start = self._best[stop][1]
            chunks.append(self._units[start:stop])
            stop = start
        self._n_settled = max(end, self._n_settled)
        return chunks[::-1]
