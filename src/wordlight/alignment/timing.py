"""From frames to seconds: every word gets a time, in order, inside the clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment.frames import FrameGrid
from wordlight.alignment.viterbi import TokenSpans
from wordlight.words import Origin

FRAME_S = 0.02
"""A word moved by more than this is called clamped; a word lasts at least this where it can."""

LONGEST_TAIL_S = 0.5
"""A word's last letter sounds no longer than this after its last frame; a drawn-out vowel does."""

LONGEST_SEAM_FRAMES = 1
"""A model must say the separator somewhere, also between words that run into each other."""


@dataclass(frozen=True, slots=True)
class WordTimes:
    """Times of words, all (n_words,): float64 seconds from the clip's first sample."""

    starts_s: NDArray[np.float64]
    ends_s: NDArray[np.float64]
    scores: NDArray[np.float32]
    origins: list[Origin]

    @classmethod
    def join(cls, parts: Sequence[WordTimes]) -> WordTimes:
        """The words of all parts, one after the other."""
        empty = np.empty(0, dtype=np.float64)
        return cls(
            np.concatenate([empty, *(part.starts_s for part in parts)]),
            np.concatenate([empty, *(part.ends_s for part in parts)]),
            np.concatenate([empty.astype(np.float32), *(part.scores for part in parts)]),
            [origin for part in parts for origin in part.origins],
        )


def found_times(
    spans: TokenSpans, words: Sequence[range], grid: FrameGrid, offset_s: float
) -> WordTimes:
    """From the first frame of a word's first token to where its last token's state ends.

    That is where the separator is heard, or else the next word, as in whisperX: a peaky model says
    a letter once, when it begins. A separator of a single frame is no pause: its word lasts to the
    next one. The end is no more than ``LONGEST_TAIL_S`` after the letter is last
    heard, in case a model says the separator only at the end of a pause. The score is the mean of
    the tokens' probabilities, each weighing as much as it lasts.
    """
    first = np.array([word.start for word in words], dtype=np.int64)
    last = np.array([word.stop - 1 for word in words], dtype=np.int64)
    lengths = spans.ends - spans.starts
    weights = np.concatenate([[0], np.cumsum(lengths)])
    sums = np.concatenate([[0.0], np.cumsum(spans.scores.astype(np.float64) * lengths)])
    scores = (sums[last + 1] - sums[first]) / np.maximum(1, weights[last + 1] - weights[first])
    stops, following = spans.stops[last], spans.starts[first[1:]]
    stops[:-1] = np.where(following - stops[:-1] <= LONGEST_SEAM_FRAMES, following, stops[:-1])
    stops_s = grid.edges_s(stops)
    return WordTimes(
        offset_s + grid.edges_s(spans.starts[first]),
        offset_s + np.minimum(stops_s, grid.edges_s(spans.ends[last]) + LONGEST_TAIL_S),
        np.clip(scores, 0.0, 1.0).astype(np.float32),
        [Origin.ALIGNED] * len(words),
    )


def spread_times(words: Sequence[str], start_s: float, end_s: float) -> WordTimes:
    """Words that were not found, given the room from ``start_s`` to ``end_s`` by their length.

    >>> spread_times(["a", "bcd"], 1.0, 3.0).starts_s.tolist()
    [1.0, 1.5]
    """
    shares = np.concatenate([[0.0], np.cumsum([float(len(word)) for word in words])])
    edges = start_s + (end_s - start_s) * shares / shares[-1]
    return WordTimes(
        edges[:-1],
        edges[1:],
        np.zeros(len(words), dtype=np.float32),
        [Origin.INTERPOLATED] * len(words),
    )


def settle(times: WordTimes, duration_s: float) -> WordTimes:
    """The same words inside the clip, none before its predecessor's end, none of no length.

    A found word that this moves by more than a frame is marked as clamped.
    """
    starts, ends = times.starts_s.copy(), times.ends_s.copy()
    origins = list(times.origins)
    free_s = 0.0
    for i in range(len(starts)):
        starts[i] = min(max(starts[i], free_s), duration_s)
        ends[i] = min(max(ends[i], starts[i]), duration_s)
        free_s = ends[i]
    _lengthen(starts, ends, duration_s)
    moved_s = np.maximum(np.abs(starts - times.starts_s), np.abs(ends - times.ends_s))
    for i in np.flatnonzero(moved_s > FRAME_S + 1e-9):
        if origins[i] is Origin.ALIGNED:
            origins[i] = Origin.CLAMPED
    return WordTimes(starts, ends, times.scores, origins)


def _lengthen(starts: NDArray[np.float64], ends: NDArray[np.float64], duration_s: float) -> None:
    """Gives words shorter than a frame the silence after them, then the silence before them."""
    for i in np.flatnonzero(ends - starts < FRAME_S):
        after_s = starts[i + 1] if i + 1 < len(starts) else duration_s
        before_s = ends[i - 1] if i else 0.0
        ends[i] = max(ends[i], min(starts[i] + FRAME_S, after_s))
        starts[i] = min(starts[i], max(ends[i] - FRAME_S, before_s))
