"""How loud a recording is over time, and until when a word in it sounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._frames import SAMPLE_RATE_HZ, FrameGrid, stretches

HOP_S, WINDOW_S = 0.01, 0.03
QUIET_AFTER_S = 0.01
"""The centre of the first quiet window lies so far behind the sound, or up to a hop more."""
_LEAST_POWER = 1e-10
BELOW_SPEECH_DB = 34.0
"""Of all speech, the quietest sound that is still told from silence: faint fricatives end a word.
This figure and those below it were chosen by trial, against the ends of sentences that were read
off the sound (`benchmarks/word_times.py readings`), where no other reason is given."""
ABOVE_NOISE_DB = 8.0
"""What is louder than most of the noise by so much is no noise: windows of 30 ms of white noise
differ by less than 2 dB, those of a room by some more."""
NOISE_SHARE, SPEECH_SHARE = 0.75, 0.95
"""Shares of the windows that are quieter than loud noise, and than loud speech."""
CLEAR_DB = 15.0
"""Speech so far above the noise can be told from it down to its ends, which are much quieter."""
FLOOR_SHARE, LOUD_SHARE = 0.1, 0.9
"""The share of a recording's frames that is taken for its noise before words are found, and that of
those which are not quiet that is less than loud speech."""
SILENT_FRAMES, LATE_FRAMES, EARLY_FRAMES = 10, 2, 4
"""So long a silence is no closure (0.2 s). A letter may be told so much later than its sound, or
earlier."""
SILENT_DB = -80.0
"""What is quieter is no noise of a room, but was put between recordings."""
NOISE_BEFORE_S = (0.3, 0.06)
"""Seconds before a word, from and to, that hold no speech if the last one ended in time."""
AFTER_LETTER_S = 0.3
"""How long a word may sound after its last letter begins."""
FEWEST_WINDOWS = 10
"""Of noise, that are enough to know it."""
LONGEST_CLOSURE_S = 0.18
"""A stop consonant is quiet for as long before it bursts; a longer silence ends a word."""
ONSET_WINDOWS = 2
"""A word's sound is in so many windows before the one in which it begins."""
SHORTEST_PAUSE_S = 0.05
"""Between two words that run into each other it may fall quiet for less."""

Spans = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Loudness:
    """Level in dB of windows of 30 ms, one every 10 ms: window ``i`` is centred at ``i`` · 10 ms.

    ``levels``: (n_windows,) float64. ``threshold``: what is louder is sound, not noise.
    ``is_clear``: whether that tells the ends of words, which are much quieter than their middles.
    """

    levels: NDArray[np.float64]
    threshold: float
    is_clear: bool

    @classmethod
    def of(cls, samples: NDArray[np.float32], speech: Spans) -> Loudness:
        """The loudness of (n_samples,) float32 at 16 kHz.

        ``speech``, in order, are the seconds from each word's first letter to where its last one
        begins, and those of other speech. Noise is what lies shortly before it, after a pause.
        """
        levels = levels_db(samples)
        is_noise, is_speech = np.zeros((2, len(levels)), np.bool_)
        free_s = 0.0
        for start_s, end_s in speech:
            first_s = max(start_s - NOISE_BEFORE_S[0], free_s)
            past_s = max(start_s - NOISE_BEFORE_S[1], 0.0)  # nothing is before the recording
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
        """Where a word falls quiet that begins at ``word_s``, its last letter at ``letter_s``.

        None if it sounds until ``until_s``, or if it cannot be told from noise. A silence as long
        as a stop's closure is passed over if sound follows it before ``until_s``.
        """
        if not self.is_clear:
            return None
        first = int(np.ceil(word_s / HOP_S - 1e-6))
        letter = max(int(np.ceil(letter_s / HOP_S - 1e-6)) - first, 0)
        sound = self._sound(word_s, until_s)
        quiet = np.flatnonzero(~sound)
        if len(quiet) and len(sound) - quiet[-1] - 1 <= ONSET_WINDOWS:
            sound = sound[: quiet[-1] + 1]  # what sounds behind it is the next word's beginning
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
        """Whether each window centred there is louder than noise."""
        first, last = np.ceil(np.array([start_s, end_s]) / HOP_S - 1e-6).astype(int)
        sound: NDArray[np.bool_] = self.levels[max(first, 0) : max(last, 0)] > self.threshold
        return sound


def levels_db(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n_windows,) of (n_samples,) at 16 kHz: window ``i`` is centred at ``i`` · 10 ms."""
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
    """(n_frames,) how loud it is where each of an aligner's frames begins."""
    windows = np.rint(grid.edges_s(np.arange(n_frames)) / HOP_S).astype(np.int64)
    levels: NDArray[np.float64] = levels_db(samples)[windows]
    return levels


def silence_below_db(levels: NDArray[np.float64]) -> float:
    """The level below which nobody speaks, for (n,) levels whose words are not found yet.

    That is hardly louder than the quietest tenth of what is heard, or far quieter than speech. Loud
    speech is told from all that is not quiet, so that it may be a small part of the recording.
    """
    heard = levels[levels > SILENT_DB]
    if not len(heard):
        return SILENT_DB
    floor = np.quantile(heard, FLOOR_SHARE)
    loud = np.quantile(heard[heard >= quiet_below_db(heard)], LOUD_SHARE)
    return float(max(min(floor + ABOVE_NOISE_DB, loud - CLEAR_DB), loud - BELOW_SPEECH_DB))


def stands_out(levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) whether levels in dB are far above the quietest tenth of them, as noise never is.

    >>> stands_out(np.array([-50.0, -51.0, -20.0, -49.0])).tolist()
    [False, False, True, False]
    """
    heard = levels[levels > SILENT_DB]
    floor = float(np.quantile(heard, FLOOR_SHARE)) if len(heard) else SILENT_DB
    out: NDArray[np.bool_] = levels >= floor + CLEAR_DB
    return out


def is_silent(levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n_frames,) whether a frame lies in a silence that is too long for a stop's closure.

    ``levels``: (n_frames,) dB. An aligner may tell a letter a little after its sound, and a little
    before it, so the edges of a silence are none.
    """
    silent = np.zeros(len(levels), np.bool_)
    for start, stop in stretches(levels < silence_below_db(levels)):
        if stop - start >= SILENT_FRAMES:
            silent[start + LATE_FRAMES : stop - EARLY_FRAMES] = True
    return silent


def quiet_below_db(levels: NDArray[np.float64]) -> float:
    """The level that divides (n,) levels best into quiet ones and loud ones; all alike are loud.

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
