"""Places a passage's words in its sound: which are said, from when, and until when they sound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment.following import Followed, follow
from wordlight.alignment.frames import FrameGrid
from wordlight.alignment.letters import Hearing, dearer_in_silence, labels_of_none
from wordlight.alignment.loudness import silence_below_db
from wordlight.alignment.scoring import Calibration, evidence
from wordlight.alignment.spelling import Alphabet, Spelling, spell_words
from wordlight.alignment.timing import WordTimes, found_times, lay_out, spread_times
from wordlight.alignment.viterbi import TokenSpans, align_tokens
from wordlight.reading import Break, ReadWord, breaks

OTHER_SPEECH_FRAMES = 20.0
"""Frames of letters, by their probability, that make a stretch outside the script speech."""
SURE_FRAMES = 20
"""Frames of it in which a letter is likelier than none: noise has fewer."""
BREATH_FRAMES, APART_FRAMES = 5, 25
"""Fewer of them at an edge of it, half a second from the rest, are a breath."""
LETTER_FRAMES = 3
"""Frames of it that are letters even before blank is discounted."""
LETTER_SHARE, FEWEST_LETTERS = 0.03, 15
"""Such frames for each letter of a run of words: speech under noise at 10 dB has 0.07 and more,
noise and music none."""
UNSPOKEN_COST = 2.0
"""Nepers a letter that a word which nobody says costs, for the score of those beside it."""
FEWEST_AMID, LEAST_SCORE = 3, 0.5
"""So few words found amid skipped ones are there if their mean probability is as high."""
LONGEST_LETTER_FRAMES, PAUSE_FRAMES = 4, 60
"""A word that takes longer than that a letter, and so much more, is followed by a pause."""
QUIET_FRAMES = 5
"""Within a pause, over how long it must be quiet where two runs meet."""

CUT_FRAMES = 5
"""A recording that still sounds in so many frames at its end may be cut within a word."""

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Passage:
    """Words, and what an aligner hears where they are said.

    ``log_probs``: (n_frames, n_labels) from ``offset_s`` of the recording on; ``levels``:
    (n_frames,) how loud it is there, in dB. ``is_known``: whether somebody wrote the words before,
    so that not all need be said, nor all that is said be theirs.
    """

    words: Sequence[ReadWord]
    log_probs: NDArray[np.float32]
    levels: NDArray[np.float64]
    offset_s: float
    is_known: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A passage's words in time, and (start, end) in seconds of the speech that is not of it."""

    times: WordTimes
    others: list[Span]


@dataclass(frozen=True, slots=True)
class _Run:
    """Words ``first`` to ``last`` of those that are said, and the frames in which they lie."""

    first: int
    last: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Placer:
    """One aligner's letters, frames and calibration."""

    alphabet: Alphabet
    grid: FrameGrid
    calibration: Calibration

    def place(self, passage: Passage, between: Callable[[], None] = lambda: None) -> Placed:
        """The passage's words in time; ``between`` is called now and then, and may raise."""
        said = [i for i, word in enumerate(passage.words) if word.said]
        hearing = Hearing.of(passage.log_probs, passage.levels, self.alphabet)
        n_frames = len(passage.log_probs)
        others: list[tuple[int, int]] = []
        costs = np.full(len(said), UNSPOKEN_COST)
        n_letters = np.array([max(1, len(self._labels(passage.words[i]))) for i in said], np.int64)
        runs = [_Run(0, len(said), 0, n_frames)] if said else []
        if passage.is_known and said:
            followed = self._follow(passage, said, hearing, between)
            others = other_speech(followed.is_other, hearing.speech, hearing.is_letter)
            runs = [
                run
                for run in _runs(followed, others, n_letters, passage.levels)
                if _is_heard(hearing.is_letter[run.low : run.high], n_letters[run.first : run.last])
            ]
        parts = []
        for run in runs:
            between()
            words = [passage.words[i] for i in said[run.first : run.last]]
            times, costs[run.first : run.last] = self._time(words, passage, hearing, run)
            parts.append(times)
        scores = self.calibration.probabilities(costs, n_letters)
        placed = [
            (said[run.first : run.last], replace(times, scores=scores[run.first : run.last]))
            for run, times in zip(runs, parts, strict=True)
            if run.last - run.first > FEWEST_AMID
            or run.last - run.first == len(said)
            or scores[run.first : run.last].mean() >= LEAST_SCORE
        ]
        spans = [(self._second(a, passage), self._second(b, passage)) for a, b in others]
        return Placed(lay_out(len(passage.words), placed), spans)

    def _follow(
        self,
        passage: Passage,
        said: Sequence[int],
        hearing: Hearing,
        between: Callable[[], None],
    ) -> Followed:
        labels = [self._labels(passage.words[i]) for i in said]
        ends = breaks(passage.words)
        before = [True] + [
            max(ends[a:b], default=Break.WORD) >= Break.SENTENCE for a, b in pairwise(said)
        ]
        followed = follow(hearing, labels, np.array([*before, True]), between)
        if not before[-1] and _is_cut_short(followed, passage.levels):
            followed.starts[-1] = len(hearing.pause) - 1  # its run will place it
        return followed

    def _labels(self, word: ReadWord) -> list[int]:
        return [label for part in word.said for label in self.alphabet.spell(part)]

    def _time(
        self, words: Sequence[ReadWord], passage: Passage, hearing: Hearing, run: _Run
    ) -> tuple[WordTimes, NDArray[np.float64]]:
        """A run's words in time, and what each costs a letter."""
        spelling = spell_words([word.said for word in words], self.alphabet)
        frames = slice(run.low, run.high)
        log_probs = dearer_in_silence(
            passage.log_probs[frames], hearing.is_silent[frames], labels_of_none(self.alphabet)
        )
        low_s = self._second(run.low, passage)
        spans = _best_spans(log_probs, spelling, self.alphabet.blank)
        if spans is None:
            texts = [word.text for word in words]
            spread = spread_times(texts, low_s, self._second(run.high, passage))
            return spread, np.full(len(words), UNSPOKEN_COST)
        costs = evidence(hearing, run.low, spelling.tokens, spans, spelling.words)
        return found_times(spans, spelling.words, self.grid, low_s), costs

    def _second(self, frame: int, passage: Passage) -> float:
        return passage.offset_s + float(self.grid.edges_s(np.array(frame)))


def other_speech(
    is_other: NDArray[np.bool_], speech: NDArray[np.float64], is_letter: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Frames from and to of each stretch outside the script in which somebody speaks.

    Args:
        is_other: (n_frames,) whether a frame is outside the script.
        speech: (n_frames,) the probability of a letter, blank discounted.
        is_letter: (n_frames,) whether a letter is the likeliest, blank not discounted.
    """
    found = []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_other, [False]]).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2).tolist():
        sure = np.flatnonzero(speech[start:stop] > 0.5)
        is_sure = len(sure) >= SURE_FRAMES and is_letter[start:stop].sum() >= LETTER_FRAMES
        if is_sure and speech[start:stop].sum() >= OTHER_SPEECH_FRAMES:
            sure = _without_breaths(sure)
            found.append((start + int(sure[0]), start + int(sure[-1]) + 1))
    return found


def _without_breaths(sure: NDArray[np.int64]) -> NDArray[np.int64]:
    """The frames but for a few at either edge that are far from the rest.

    >>> _without_breaths(np.array([0, 1, *range(40, 60), 99])).tolist() == [*range(40, 60)]
    True
    """
    groups = np.split(sure, np.flatnonzero(np.diff(sure) > APART_FRAMES) + 1)
    long = [k for k, group in enumerate(groups) if len(group) >= BREATH_FRAMES]
    return np.concatenate(groups[long[0] : long[-1] + 1]) if long else sure


def _is_cut_short(followed: Followed, levels: NDArray[np.float64]) -> bool:
    """Whether only the last word is missing, and the recording ends before the sound does."""
    sounds = bool(levels[-CUT_FRAMES:].max() > silence_below_db(levels))
    return sounds and followed.is_spoken[-2:].tolist() == [True, False]


def _is_heard(is_letter: NDArray[np.bool_], n_letters: NDArray[np.int64]) -> bool:
    """Whether there are letters in the sound at all; a few words need not show any."""
    n = int(n_letters.sum())
    return n < FEWEST_LETTERS or np.count_nonzero(is_letter) >= LETTER_SHARE * n


def _runs(
    followed: Followed,
    others: Sequence[tuple[int, int]],
    n_letters: NDArray[np.int64],
    levels: NDArray[np.float64],
) -> list[_Run]:
    """Words that follow each other with nothing between them that is skipped or not the script's.

    A run ends at a pause too, so that a word is not looked for on its far side: at the quietest
    place. Beside other speech a run ends where that begins, and begins where that ends.
    """
    spoken = np.flatnonzero(followed.is_spoken).tolist()
    if not spoken:
        return []
    starts = followed.starts
    runs: list[_Run] = []
    first, low = spoken[0], (_between(0, int(starts[spoken[0]]), others) or (0, 0))[1]
    for before, after in pairwise(spoken):
        start, stop = int(starts[before]), int(starts[after])
        edges = _between(start, stop, others)
        is_long = stop - start > LONGEST_LETTER_FRAMES * n_letters[before] + PAUSE_FRAMES
        if edges is None and (is_long or after != before + 1):
            cut = start + 1 + _quietest(levels[start + 1 : stop])
            edges = (cut, cut)
        if edges is not None:
            runs.append(_Run(first, before + 1, low, edges[0]))
            first, low = after, edges[1]
    n_frames = len(followed.is_other)
    high = (_between(int(starts[spoken[-1]]), n_frames, others) or (n_frames, 0))[0]
    return [*runs, _Run(first, spoken[-1] + 1, low, high)]


def _between(start: int, stop: int, others: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Where other speech begins and ends that lies between two frames, if there is some."""
    inside = [(a, b) for a, b in others if start <= (a + b) / 2 < stop]
    return (inside[0][0], inside[-1][1]) if inside else None


def _quietest(levels: NDArray[np.float64]) -> int:
    """The frame in the middle of the quietest 100 ms; ``levels``: (n_frames,) dB."""
    width = min(QUIET_FRAMES, len(levels))
    if width == 0:
        return 0
    means = np.convolve(levels, np.full(width, 1 / width), mode="valid")
    quiet = np.flatnonzero(means <= means.min() + 1.0)
    return int(quiet[len(quiet) // 2]) + width // 2


def _best_spans(
    log_probs: NDArray[np.float32], spelling: Spelling, blank: int
) -> TokenSpans | None:
    """The tokens' frames; if they are too few for all, without the separators between words."""
    spans = align_tokens(log_probs, spelling.tokens, spelling.is_optional, blank)
    if spans is None:
        spans = align_tokens(log_probs, spelling.tokens, spelling.is_separator, blank)
    return spans
