"""How loud a recording is over time, and when the sound of a word ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._frames import SAMPLE_RATE_HZ, FrameGrid, stretches

HOP_S, WINDOW_S = 0.01, 0.03
QUIET_AFTER_S = 0.01
"""The centre of the first quiet window lies so long after the sound, or up to a hop longer."""
_LEAST_POWER = 1e-10
BELOW_SPEECH_DB = 34.0
"""A sound that is no further than this below loud speech is still told from silence, because a word
may end in a faint fricative. Unless another reason is given, this figure and those below were
chosen by trial, against ends of sentences that were read off the sound
(`benchmarks/word_times.py readings`)."""
ABOVE_NOISE_DB = 8.0
"""A sound that is louder than most of the noise by so much is not noise: windows of 30 ms of white
noise differ by less than 2 dB, windows of a room's noise by a little more."""
NOISE_SHARE, SPEECH_SHARE = 0.75, 0.95
"""The shares of windows that are quieter than loud noise, and quieter than loud speech."""
CLEAR_DB = 15.0
"""Speech that is so far above the noise can be told from it even at its much quieter ends."""
FLOOR_SHARE, LOUD_SHARE = 0.1, 0.9
"""Two shares of frames, used before words are found. The first share of all frames, the quietest
ones, counts as noise. Of the frames that are not quiet, the second share is quieter than loud
speech."""
SILENT_FRAMES, LATE_FRAMES, EARLY_FRAMES = 10, 2, 4
"""A silence of the first number of frames (0.2 s) is too long for a stop's closure. An aligner may
recognise a letter the second number of frames after its sound, or the third number before it."""
SILENT_DB = -80.0
"""Anything quieter is not the noise of a room, but silence that was put between recordings."""
NOISE_BEFORE_S = (0.3, 0.06)
"""Noise is measured between these seconds before a word, if the last word has ended by then."""
AFTER_LETTER_S = 0.3
"""How long a word may sound after its last letter begins."""
FEWEST_WINDOWS = 10
"""How many windows of noise are enough to measure it."""
LONGEST_CLOSURE_S = 0.18
"""A stop consonant may be quiet for so long before it bursts; a longer silence ends a word."""
ONSET_WINDOWS = 2
"""A word may already sound in so many windows before the one in which it begins."""
SHORTEST_PAUSE_S = 0.05
"""Two words that run into each other may have a shorter quiet place between them."""

Spans = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Loudness:
    """Level in dB of windows of 30 ms, one every 10 ms: window ``i`` is centred at ``i`` · 10 ms.

    ``levels``: (n_windows,) float64. ``threshold``: a louder window is sound, not noise.
    ``is_clear``: whether the threshold also tells where words end, although their ends are much
    quieter than their middles.
    """

    levels: NDArray[np.float64]
    threshold: float
    is_clear: bool

    @classmethod
    def of(cls, samples: NDArray[np.float32], speech: Spans) -> Loudness:
        """The loudness of (n_samples,) float32 at 16 kHz.

        ``speech`` has spans of seconds in order: one for each word, from the beginning of its first
        letter to that of its last, and one for each stretch of other speech. Noise is measured
        shortly before a span, if a pause is there.
        """
        levels = levels_db(samples)
        is_noise, is_speech = np.zeros((2, len(levels)), np.bool_)
        free_s = 0.0
        for start_s, end_s in speech:
            first_s = max(start_s - NOISE_BEFORE_S[0], free_s)
            past_s = max(start_s - NOISE_BEFORE_S[1], 0.0)  # not before the recording
            is_noise[round(first_s / HOP_S) : round(past_s / HOP_S)] = True
            is_speech[round(start_s / HOP_S) : round(end_s / HOP_S) + 1] = True
            free_s = end_s + AFTER_LETTER_S
        is_noise &= levels > SILENT_DB
        is_speech &= levels > SILENT_DB
        loud = SILENT_DB
        if is_speech.any():
            loud = float(np.quantile(levels[is_speech], SPEECH_SHARE))
        noise = SILENT_DB
        if np.count_nonzero(is_noise) >= FEWEST_WINDOWS:
            noise = float(np.quantile(levels[is_noise], NOISE_SHARE))
        threshold = max(noise + ABOVE_NOISE_DB, loud - BELOW_SPEECH_DB)
        return cls(levels, threshold, loud - noise >= CLEAR_DB)

    def falls_quiet(self, word_s: float, letter_s: float, until_s: float) -> float | None:
        """The second at which a word falls quiet.

        The word begins at ``word_s``, and its last letter at ``letter_s``. None if the word sounds
        until ``until_s``, or cannot be told from noise. A silence no longer than a stop's closure
        is passed over if sound follows it before ``until_s``.
        """
        if not self.is_clear:
            return None
        first = int(np.ceil(word_s / HOP_S - 1e-6))
        letter = max(int(np.ceil(letter_s / HOP_S - 1e-6)) - first, 0)
        sound = self._sound(word_s, until_s)
        quiet = np.flatnonzero(~sound)
        if len(quiet) and len(sound) - quiet[-1] - 1 <= ONSET_WINDOWS:
            sound = sound[: quiet[-1] + 1]  # the sound after it begins the next word
        before = np.flatnonzero(sound[: letter + 1])
        if letter < len(sound) and not sound[letter] and len(before):
            letter = int(before[-1])  # the letter was put into the silence after its sound
        for start, stop in stretches(~sound[letter:]):
            is_last = letter + stop == len(sound)
            shortest_s = SHORTEST_PAUSE_S if is_last else LONGEST_CLOSURE_S
            if (stop - start) * HOP_S > shortest_s - 1e-6:
                return (first + letter + start) * HOP_S - QUIET_AFTER_S
        return None

    def _sound(self, start_s: float, end_s: float) -> NDArray[np.bool_]:
        """Whether each window that is centred between these times is louder than noise."""
        first, last = np.ceil(np.array([start_s, end_s]) / HOP_S - 1e-6).astype(int)
        sound: NDArray[np.bool_] = self.levels[max(first, 0) : max(last, 0)] > self.threshold
        return sound


def levels_db(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """The levels in dB, (n_windows,), of samples at 16 kHz; window ``i`` is at ``i`` · 10 ms."""
    hop, half = round(HOP_S * SAMPLE_RATE_HZ), round(WINDOW_S * SAMPLE_RATE_HZ / 2)
    energy = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    centres = np.arange(0, len(samples) + 1, hop)
    low, high = np.maximum(centres - half, 0), np.minimum(centres + half, len(samples))
    power = (energy[high] - energy[low]) / np.maximum(high - low, 1)
    levels: NDArray[np.float64] = 10 * np.log10(np.maximum(power, _LEAST_POWER))
    return levels


def frame_levels_db(
    samples: NDArray[np.float32], n_frames: int, grid: FrameGrid
) -> NDArray[np.float64]:
    """The level in dB, (n_frames,), at the beginning of each of an aligner's frames."""
    windows = np.rint(grid.edges_s(np.arange(n_frames)) / HOP_S).astype(np.int64)
    levels: NDArray[np.float64] = levels_db(samples)[windows]
    return levels


def silence_below_db(levels: NDArray[np.float64]) -> float:
    """The level below which nobody speaks, from (n,) levels in which no words are found yet.

    It is ``ABOVE_NOISE_DB`` above the quietest tenth of the sound, but at least ``CLEAR_DB`` and at
    most ``BELOW_SPEECH_DB`` below loud speech. Loud speech is measured in the frames that are not
    quiet, so that speech may be a small part of the recording.
    """
    audible = levels[levels > SILENT_DB]
    if not len(audible):
        return SILENT_DB
    floor = np.quantile(audible, FLOOR_SHARE)
    loud = np.quantile(audible[audible >= quiet_below_db(audible)], LOUD_SHARE)
    return float(max(min(floor + ABOVE_NOISE_DB, loud - CLEAR_DB), loud - BELOW_SPEECH_DB))


def stands_out(levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each of (n,) levels in dB is far above the quietest tenth of them, unlike noise.

    >>> stands_out(np.array([-50.0, -51.0, -20.0, -49.0])).tolist()
    [False, False, True, False]
    """
    audible = levels[levels > SILENT_DB]
    floor = float(np.quantile(audible, FLOOR_SHARE)) if len(audible) else SILENT_DB
    out: NDArray[np.bool_] = levels >= floor + CLEAR_DB
    return out


def is_silent(levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each frame, (n_frames,), lies in a silence that is too long for a stop's closure.

    ``levels``: (n_frames,) dB. An aligner may recognise a letter a little after its sound, or a
    little before it, so the edges of a silence do not count as silent.
    """
    silent = np.zeros(len(levels), np.bool_)
    for start, stop in stretches(levels < silence_below_db(levels)):
        if stop - start >= SILENT_FRAMES:
            silent[start + LATE_FRAMES : stop - EARLY_FRAMES] = True
    return silent


def quiet_below_db(levels: NDArray[np.float64]) -> float:
    """The level that best divides (n,) levels into quiet and loud ones; if all are alike, all are
    loud.

    Source: N. Otsu, A threshold selection method from gray-level histograms, 1979.

    >>> bool(-50 < quiet_below_db(np.array([-60.0, -59.0, -20.0, -21.0, -22.0])) < -30)
    True
    """
    counts, edges = np.histogram(np.maximum(levels, SILENT_DB), bins=64)
    below, sums = np.cumsum(counts), np.cumsum(counts * (edges[:-1] + edges[1:]) / 2)
    is_between = (below > 0) & (below < len(levels))
    if not is_between.any():
        return float(edges[0])
    lower, upper = below[is_between], len(levels) - below[is_between]
    means = sums[is_between] / lower, (sums[-1] - sums[is_between]) / upper
    apart = lower * upper * (means[1] - means[0]) ** 2
    best = np.flatnonzero(is_between)[np.flatnonzero(apart >= apart.max())]
    return float(edges[1 + best[len(best) // 2]])
