"""Places a passage's words in its sound: which words are said, from when, and until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._calibration import Calibration, evidence
from wordlight.alignment._frames import FrameGrid
from wordlight.alignment._gaps import sound_of_gap, unspelt_gaps
from wordlight.alignment._letters import Recognition, dearer_in_silence, labels_of_none
from wordlight.alignment._loudness import silence_below_db
from wordlight.alignment._route import follow
from wordlight.alignment._runs import (
    Frames,
    Run,
    is_cut_short,
    other_speech,
    recognised_runs,
    runs_of,
)
from wordlight.alignment._spelling import Alphabet, Spelling, spell_words
from wordlight.alignment._timing import WordTimes, found_times, lay_out, put, spread_times
from wordlight.alignment._viterbi import TokenSpans, align_tokens
from wordlight.reading import Break, ReadWord, breaks

UNSPOKEN_COST = 2.0
"""Nepers per letter that an unspoken word counts with in the scores of its neighbours. A wrong
letter costs as much (see `_route`)."""
FEWEST_AMID, LEAST_SCORE = 3, 0.5
"""Where skipped words surround a run of no more words than this, the run counts as said only if its
mean score is at least the second figure."""

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Passage:
    """Words, and the aligner's output for the sound in which they are said.

    ``log_probs``: (n_frames, n_labels); the first frame is at ``offset_s`` of the recording.
    ``levels``: (n_frames,) how loud each frame is, in dB. ``is_known``: whether the words come from
    a given transcript. Some of them may then be unspoken, and the sound may have other speech.
    """

    words: Sequence[ReadWord]
    log_probs: NDArray[np.float32]
    levels: NDArray[np.float64]
    offset_s: float
    is_known: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """The times of a passage's words, and of speech outside it: (start, end) in seconds."""

    times: WordTimes
    others: list[Span]


@dataclass(frozen=True, slots=True)
class _Part:
    """A timed run: its words' indices in the passage, their times and their costs per letter."""

    indices: list[int]
    times: WordTimes
    costs: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placer:
    """One aligner's letters, frames and calibration."""

    alphabet: Alphabet
    grid: FrameGrid
    calibration: Calibration

    def place(self, passage: Passage, between: Callable[[], None] = lambda: None) -> Placed:
        """The times of the passage's words; ``between`` is called now and then, and may raise.

        All words that were transcribed from the sound are said. Of a given transcript, only words
        that can be spelt are looked for. Other words get the sound that their neighbours leave.
        """
        recognition = Recognition.of(passage.log_probs, passage.levels, self.alphabet)
        said = [i for i, word in enumerate(passage.words) if word.said]
        if passage.is_known:
            said = self.spelt(passage.words)
        if not said:
            return Placed(lay_out(len(passage.words), []), [])
        runs, others = [Run(0, len(said), 0, len(passage.log_probs))], list[Frames]()
        if passage.is_known:
            runs, others = self._search(passage, said, recognition, between)
        parts = []
        for run in runs:
            between()
            parts.append(self._time(said[run.first : run.last], passage, recognition, run))
        times = lay_out(len(passage.words), self._scored(passage, said, parts))
        spans = [(self._second(a, passage), self._second(b, passage)) for a, b in others]
        if passage.is_known:
            times, spans = self._fill(passage, times, spans)
        return Placed(times, spans)

    def spelt(self, words: Sequence[ReadWord]) -> list[int]:
        """The indices of the words that the aligner has letters for."""
        return [i for i, word in enumerate(words) if self._labels(word)]

    def _search(
        self,
        passage: Passage,
        said: Sequence[int],
        recognition: Recognition,
        between: Callable[[], None],
    ) -> tuple[list[Run], list[Frames]]:
        """The runs of words that are said, and the frames of other speech."""
        words, n_letters = passage.words, self._n_letters(passage, said)
        ends = breaks(words)
        is_apart = np.array(
            [False] + [any(words[i].said for i in range(a + 1, b)) for a, b in pairwise(said)]
        )
        is_break = [True] + [
            max(ends[a:b], default=Break.WORD) >= Break.SENTENCE for a, b in pairwise(said)
        ]
        labels = [self._labels(words[i]) for i in said]
        followed = follow(recognition, labels, np.array([*(is_break | is_apart), True]), between)
        if not is_break[-1] and is_cut_short(followed, passage.levels):
            followed.starts[-1] = len(recognition.pause) - 1  # its run will place it
            followed.stops[-1] = len(recognition.pause)
        others = other_speech(followed.is_other, recognition.speech, recognition.is_letter)
        runs = runs_of(followed, others, n_letters, passage.levels, is_apart)
        return recognised_runs(runs, recognition.is_letter, n_letters, passage.levels), others

    def _scored(
        self, passage: Passage, said: Sequence[int], parts: Sequence[_Part]
    ) -> list[tuple[list[int], WordTimes]]:
        """The parts with the probability of each word, without short and unlikely parts.

        Words that were skipped lower the scores of those beside them. Words of a part that is
        dropped here do not.
        """
        costs = np.full(len(passage.words), UNSPOKEN_COST)
        for part in parts:
            costs[part.indices] = part.costs
        scores = self._probabilities(passage, said, costs)
        kept = [
            part
            for part in parts
            if len(part.indices) > FEWEST_AMID
            or len(part.indices) == len(said)
            or scores[part.indices].mean() >= LEAST_SCORE
        ]
        dropped = {i for part in parts for i in part.indices}
        dropped -= {i for part in kept for i in part.indices}
        scores = self._probabilities(passage, [i for i in said if i not in dropped], costs)
        return [(part.indices, replace(part.times, scores=scores[part.indices])) for part in kept]

    def _probabilities(
        self, passage: Passage, counted: Sequence[int], costs: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """The probabilities, (n_words,), of the counted words by their costs; 0 for the others."""
        scores = np.zeros(len(passage.words), np.float32)
        scores[list(counted)] = self.calibration.probabilities(
            costs[list(counted)], self._n_letters(passage, counted)
        )
        return scores

    def _labels(self, word: ReadWord) -> list[int]:
        return [label for part in word.said for label in self.alphabet.spell(part)]

    def _n_letters(self, passage: Passage, indices: Sequence[int]) -> NDArray[np.int64]:
        """The number of letters of each word, (n_indices,); 1 if nothing of it can be spelt."""
        return np.array([len(self._labels(passage.words[i])) or 1 for i in indices], np.int64)

    def _time(
        self, indices: Sequence[int], passage: Passage, recognition: Recognition, run: Run
    ) -> _Part:
        """The times of a run's words, and what each word costs per letter."""
        words = [passage.words[i] for i in indices]
        spelling = spell_words([word.said for word in words], self.alphabet)
        frames = slice(run.low, run.high)
        log_probs = dearer_in_silence(
            passage.log_probs[frames], recognition.is_silent[frames], labels_of_none(self.alphabet)
        )
        low_s = self._second(run.low, passage)
        spans = _best_spans(log_probs, spelling, self.alphabet.blank)
        if spans is None:
            texts = [word.text for word in words]
            spread = spread_times(texts, low_s, self._second(run.high, passage))
            return _Part(list(indices), spread, np.full(len(words), UNSPOKEN_COST))
        costs = evidence(recognition, run.low, spelling, spans)
        return _Part(list(indices), found_times(spans, spelling.words, self.grid, low_s), costs)

    def _fill(
        self, passage: Passage, times: WordTimes, others: list[Span]
    ) -> tuple[WordTimes, list[Span]]:
        """Gives words that cannot be spelt the sound that their neighbours leave between them."""
        is_sound = passage.levels > silence_below_db(passage.levels)
        edges_s = passage.offset_s + self.grid.edges_s(np.arange(len(is_sound) + 1))
        for gap in unspelt_gaps(passage.words, self.spelt(passage.words), times):
            span = sound_of_gap(gap, is_sound, edges_s)
            if span is None:
                continue
            texts = [passage.words[i].text for i in gap.indices]
            spread = spread_times(texts, *span)
            scores = np.full(len(texts), gap.score, np.float32)
            times = put(times, gap.indices, replace(spread, scores=scores))
            others = [(a, b) for a, b in others if not span[0] <= (a + b) / 2 < span[1]]
        return times, others

    def _second(self, frame: int, passage: Passage) -> float:
        return passage.offset_s + float(self.grid.edges_s(np.array(frame)))


def _best_spans(
    log_probs: NDArray[np.float32], spelling: Spelling, blank: int
) -> TokenSpans | None:
    """The frames of the tokens; if there are too few frames, separators may take none."""
    spans = align_tokens(log_probs, spelling.tokens, spelling.is_optional, blank)
    if spans is None:
        spans = align_tokens(log_probs, spelling.tokens, spelling.is_separator, blank)
    return spans
