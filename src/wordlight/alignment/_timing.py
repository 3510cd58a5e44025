"""From frames to seconds: every word gets a time, in order, inside the clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._frames import SAMPLE_RATE_HZ, FrameGrid
from wordlight.alignment._loudness import Loudness
from wordlight.alignment._viterbi import TokenSpans
from wordlight.reading import guess_language
from wordlight.words import Origin

FRAME_S = 0.02
"""A word that is moved by more than this is called clamped. A word lasts at least this if there is
room."""

LONGEST_TAIL_S = 0.5
"""A word's last letter sounds no longer than this after its last frame, unless it is a sung vowel.
This is a guess. It matters only if the sound itself does not show where the word ends."""

READ_CHARACTER_S = 0.06
"""The time that it takes to read a character: 17 in a second, as for captions."""
READ_SIGN_S = {"zh": 1 / 9, "ja": 1 / 4, "ko": 1 / 12}
"""The same for scripts in which a character stands for more. Source: Netflix, Timed Text Style
Guides."""

LONGEST_SEAM_FRAMES = 1
"""A separator that is no longer than this is no pause: a model must emit one somewhere, even if two
words run into each other."""


@dataclass(frozen=True, slots=True)
class WordTimes:
    """Times of words, all (n_words,): float64 seconds from the clip's first sample.

    ``letters_s``: where each word's last letter begins. ``scores``: probabilities, float32.
    """

    starts_s: NDArray[np.float64]
    ends_s: NDArray[np.float64]
    letters_s: NDArray[np.float64]
    scores: NDArray[np.float32]
    origins: list[Origin]

    @classmethod
    def join(cls, parts: Sequence[WordTimes]) -> WordTimes:
        """The words of all parts, one after the other."""
        empty = np.empty(0, dtype=np.float64)
        return cls(
            np.concatenate([empty, *(part.starts_s for part in parts)]),
            np.concatenate([empty, *(part.ends_s for part in parts)]),
            np.concatenate([empty, *(part.letters_s for part in parts)]),
            np.concatenate([empty.astype(np.float32), *(part.scores for part in parts)]),
            [origin for part in parts for origin in part.origins],
        )

    def shifted(self, by_s: float) -> WordTimes:
        """The same words, later by so many seconds."""
        starts_s, ends_s = self.starts_s + by_s, self.ends_s + by_s
        return replace(self, starts_s=starts_s, ends_s=ends_s, letters_s=self.letters_s + by_s)


def found_times(
    spans: TokenSpans,
    words: Sequence[range],
    grid: FrameGrid,
    offset_s: float,
) -> WordTimes:
    """The times of words: from the first frame of the first token to the end of the last token.

    The last token ends where the separator begins, or else the next word, as in whisperX. A
    separator of a single frame is not a pause: the word then lasts to the next one. A word ends no
    later than ``LONGEST_TAIL_S`` after its last letter is recognised for the last time, because a
    model may emit the separator only at the end of a pause. There are no scores yet (NaN), because
    they depend on the words of other runs too.
    """
    first = np.array([word.start for word in words], dtype=np.int64)
    last = np.array([word.stop - 1 for word in words], dtype=np.int64)
    stops, following = spans.stops[last], spans.starts[first[1:]]
    stops[:-1] = np.where(following - stops[:-1] <= LONGEST_SEAM_FRAMES, following, stops[:-1])
    tails_s = grid.edges_s(spans.ends[last]) + LONGEST_TAIL_S
    return WordTimes(
        offset_s + grid.edges_s(spans.starts[first]),
        offset_s + np.minimum(grid.edges_s(stops), tails_s),
        offset_s + grid.edges_s(spans.starts[last]),
        np.full(len(words), np.nan, dtype=np.float32),
        [Origin.ALIGNED] * len(words),
    )


def until_quiet(
    times: WordTimes, others: Sequence[tuple[float, float]], samples: NDArray[np.float32]
) -> WordTimes:
    """The same words, each ending where it falls quiet; one that runs into the next ends as before.

    Args:
        times: The times as they were found.
        others: The start and end of each stretch of other speech, in seconds.
        samples: (n_samples,) of the recording at 16 kHz.
    """
    timed = np.flatnonzero(~np.isnan(times.starts_s)).tolist()
    spoken = [(times.starts_s[i], times.letters_s[i]) for i in timed]
    loudness = Loudness.of(samples, sorted([*spoken, *others]))
    duration_s = len(samples) / SAMPLE_RATE_HZ
    beginnings = np.sort([*(start_s for start_s, _ in [*spoken, *others]), duration_s])
    ends_s = times.ends_s.copy()
    for i, (start_s, letter_s) in zip(timed, spoken, strict=True):
        if times.origins[i] is not Origin.ALIGNED:
            continue
        limit_s = float(beginnings[np.searchsorted(beginnings, start_s, side="right")])
        quiet_s = loudness.falls_quiet(start_s, letter_s, limit_s)
        if quiet_s is not None:
            ends_s[i] = max(quiet_s, start_s + FRAME_S)
    return replace(times, ends_s=ends_s)


def spread_times(words: Sequence[str], start_s: float, end_s: float) -> WordTimes:
    """Times for words that were not found: ``start_s`` to ``end_s``, divided by their length.

    >>> spread_times(["a", "bcd"], 1.0, 3.0).starts_s.tolist()
    [1.0, 1.5]
    """
    shares = np.concatenate([[0.0], np.cumsum([float(len(word)) for word in words])])
    edges = start_s + (end_s - start_s) * shares / shares[-1]
    return WordTimes(
        edges[:-1],
        edges[1:],
        edges[:-1],
        np.zeros(len(words), dtype=np.float32),
        [Origin.INTERPOLATED] * len(words),
    )


def lay_out(n_words: int, parts: Sequence[tuple[Sequence[int], WordTimes]]) -> WordTimes:
    """The times of all words of a passage: those of the parts, put at their indices.

    The other words are unspoken. They have no time (NaN) until `show_unspoken` gives them one.
    """
    unplaced = np.full(n_words, np.nan)
    scores, origins = np.zeros(n_words, dtype=np.float32), [Origin.UNSPOKEN] * n_words
    times = WordTimes(unplaced, unplaced.copy(), unplaced.copy(), scores, origins)
    for indices, part in parts:
        times = put(times, indices, part)
    return times


def put(times: WordTimes, indices: Sequence[int], part: WordTimes) -> WordTimes:
    """The same words; those at the indices get the times of the part."""
    put_in = WordTimes(
        times.starts_s.copy(),
        times.ends_s.copy(),
        times.letters_s.copy(),
        times.scores.copy(),
        list(times.origins),
    )
    at = list(indices)
    put_in.starts_s[at], put_in.ends_s[at] = part.starts_s, part.ends_s
    put_in.letters_s[at], put_in.scores[at] = part.letters_s, part.scores
    for index, origin in zip(at, part.origins, strict=True):
        put_in.origins[index] = origin
    return put_in


def show_unspoken(texts: Sequence[str], times: WordTimes, duration_s: float) -> WordTimes:
    """The same words; unspoken ones get a time between the spoken words around them.

    They have as long as it takes to read them, or all the time that is left there.
    """
    starts, ends = times.starts_s.copy(), times.ends_s.copy()
    needed_s = np.array(reading_times_s(texts), np.float64)
    placed = [-1, *np.flatnonzero(~np.isnan(starts)).tolist(), len(starts)]
    for before, after in pairwise(placed):
        if before + 1 == after:
            continue
        from_s = ends[before] if before >= 0 else 0.0
        until_s = starts[after] if after < len(starts) else duration_s
        unspoken = slice(before + 1, after)
        starts[unspoken], ends[unspoken] = _read_times(needed_s[unspoken], from_s, until_s)
    return replace(times, starts_s=starts, ends_s=ends)


def reading_times_s(texts: Sequence[str]) -> list[float]:
    """How long it takes to read each word and the space after it, which depends on the script.

    >>> reading_times_s(["(nod)", "拍手", "してる"])
    [0.36, 0.75, 1.0]
    """
    is_japanese = any(guess_language(text) == "ja" for text in texts)
    languages = [guess_language(text) or "" for text in texts]
    if is_japanese:  # Japanese uses Chinese characters too
        languages = ["ja" if language == "zh" else language for language in languages]
    return [
        round(READ_SIGN_S.get(language, READ_CHARACTER_S) * (len(text) + 1), 6)
        for text, language in zip(texts, languages, strict=True)
    ]


def _read_times(
    needed_s: NDArray[np.float64], start_s: float, end_s: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The starts and ends of words that are only read, between ``start_s`` and ``end_s``."""
    read_s = np.concatenate([[0.0], np.cumsum(needed_s)])
    room_s = max(end_s - start_s, 0.0)
    edges = start_s + read_s * min(1.0, room_s / read_s[-1])
    return edges[:-1], edges[1:]


def settle(times: WordTimes, duration_s: float) -> WordTimes:
    """The same words inside the clip, each beginning no earlier than the one before it ends.

    A word lasts at least a frame if there is room beside it. A word between two words that meet has
    no length. A found word that is moved by more than a frame here is marked as clamped.
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
    return WordTimes(starts, ends, times.letters_s, times.scores, origins)


def _lengthen(starts: NDArray[np.float64], ends: NDArray[np.float64], duration_s: float) -> None:
    """Gives words shorter than a frame the silence after them, then the silence before them."""
    for i in np.flatnonzero(ends - starts < FRAME_S):
        after_s = starts[i + 1] if i + 1 < len(starts) else duration_s
        before_s = ends[i - 1] if i else 0.0
        ends[i] = max(ends[i], min(starts[i] + FRAME_S, after_s))
        starts[i] = min(starts[i], max(ends[i] - FRAME_S, before_s))
