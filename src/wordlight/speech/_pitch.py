"""Tracks the pitch of a recording, gives each phoneme its pitch, and makes steps for tokens.

Pitches are in octaves, log2 of the fundamental frequency in Hz, so that voices differ by a sum.
"""

from __future__ import annotations

from itertools import compress

import numpy as np
from numpy.typing import NDArray

LOWEST_HZ, HIGHEST_HZ = 64.0, 446.0
STEPS_PER_OCTAVE = 20
N_PITCH_STEPS = 56
"""The number of pitches in tokens, from `LOWEST_HZ` to `HIGHEST_HZ`. Step 0 means: not known."""
WIDEST_OCTAVES = 0.6
"""A frame further than this from the recording's median has the wrong octave or a creaky voice."""
FEWEST_VOICED_FRAMES = 2


def track_pitch(wave: NDArray[np.float32], rate_hz: int, hop_samples: int) -> NDArray[np.float64]:
    """The pitch of each frame of a (n_samples,) wave in octaves, NaN if unvoiced.

    The shape is (n_samples // hop_samples + 1,).

    Source: WORLD's DIO and StoneMask (Morise, 2009 and 2010).
    """
    import pyworld

    audio = wave.astype(np.float64)
    rough, times_s = pyworld.dio(
        audio,
        rate_hz,
        f0_floor=LOWEST_HZ,
        f0_ceil=HIGHEST_HZ,
        frame_period=1000 * hop_samples / rate_hz,
    )
    hz = pyworld.stonemask(audio, rough, times_s, rate_hz)
    with np.errstate(divide="ignore"):
        octaves = np.where(hz > 0, np.log2(hz), np.nan)
    n_frames = len(wave) // hop_samples + 1
    return np.pad(octaves, (0, max(0, n_frames - len(octaves))), constant_values=np.nan)[:n_frames]


def phoneme_pitches(
    octaves: NDArray[np.float64], edges: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """The pitches of n phonemes, (n,) octaves; None if nothing is voiced.

    ``edges``: (n + 1,), where phonemes begin and end, in frames. A phoneme's pitch is the median of
    its voiced frames. One with hardly any is interpolated between its neighbours.
    """
    far = np.abs(octaves - np.nanmedian(octaves)) if np.isfinite(octaves).any() else octaves
    is_voiced = far < WIDEST_OCTAVES
    starts, ends = np.floor(edges[:-1]).astype(int), np.ceil(edges[1:]).astype(int)
    spans = list(zip(starts, ends, strict=True))
    known = np.array([is_voiced[a:b].sum() >= FEWEST_VOICED_FRAMES for a, b in spans])
    if not known.any():
        return None
    values = np.array([np.median(octaves[a:b][is_voiced[a:b]]) for a, b in compress(spans, known)])
    centres = (edges[:-1] + edges[1:]) / 2
    return np.interp(centres, centres[known], values)


def pitch_steps(pitches: NDArray[np.float64], frames: NDArray[np.float64]) -> NDArray[np.int64]:
    """The step of each frame's pitch, (n_frames,), from 1 to `N_PITCH_STEPS`.

    The contour goes through each phoneme's pitch at the middle of the phoneme.

    `pitches` and `frames`: (n,) octaves of the phonemes, and (n,) frames that they last.

    >>> pitch_steps(np.array([6.0, 7.0]), np.array([2.0, 2.0])).tolist()
    [1, 6, 16, 21]
    """
    edges = np.concatenate([[0.0], np.cumsum(frames)])
    n_frames = int(np.round(edges[-1]))
    contour = np.interp(np.arange(n_frames) + 0.5, (edges[:-1] + edges[1:]) / 2, pitches)
    above = np.round((contour - np.log2(LOWEST_HZ)) * STEPS_PER_OCTAVE)
    return np.asarray(above.clip(0, N_PITCH_STEPS - 1) + 1, np.int64)
