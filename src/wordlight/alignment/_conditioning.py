"""Prepares a recording for measuring: removes offset, rumble and hum, and sets a usual level."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._frames import SAMPLE_RATE_HZ
from wordlight.alignment._loudness import levels_db

LOWEST_HZ, ORDER = 80.0, 6
"""The high-pass filter's limit and order. Below the limit lie a microphone's offset, footsteps,
wind and the hum of the mains (50 and 60 Hz); of speech, only the lowest tone of a deep voice. The
filter shifts no phase, so nothing moves in time. It takes 49 dB off 50 Hz, 30 dB off 60 Hz and half
a decibel off 100 Hz."""
BLOCK_S, AROUND_S = 64.0, 0.5
"""Seconds that are filtered at once, so that half an hour does not take a gigabyte, and seconds of
context on each side of them: the filter's response is over by then. A block with its context has a
little less than 2^20 samples."""
LOUD_SHARE, LOUD_WINDOWS, LEAST_LOUD_SHARE = 0.01, 30, 0.002
"""How many of the windows count as the loudest speech. A hundredth of them, but no more than 30
windows (0.3 s), because speech may be rare. At least two in a thousand, because a bang is not
speech."""
FLOOR_SHARE = 0.1
"""Sound that never ceases is at least as loud as this share of the windows, the quietest ones."""
LOW_DB = -24.0
"""Level, relative to the loudest speech, above which low sound that never ceases is filtered out,
because it hides where speech ends. In audio books such sound is at -26 dB or less. Filtering gains
nothing there: it changes the aligner's input a little, and words move."""
QUIET_DB, LOUD_DB, USUAL_DB = -40.0, 0.0, -18.0
"""A recording stays as it is if its loudest speech lies between the first two levels. Otherwise its
loudest speech is brought to the third."""
MOST_GAIN_DB = 60.0
"""More gain would raise nothing but the noise of rounding."""
_NO_SOUND_DB = -99.0
"""A window of zeros lies below this level."""


def condition(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The recording, (n_samples,) at 16 kHz, at a usual level and without loud sound below speech.

    A recording that has neither fault is returned as it is.
    """
    samples = np.ascontiguousarray(samples, dtype=np.float32)
    is_audible = levels_db(samples) > _NO_SOUND_DB
    if not is_audible.any():
        return samples
    voiced = _above(samples)
    n_audible = int(is_audible.sum())
    n_loud = max(LEAST_LOUD_SHARE * n_audible, min(LOUD_SHARE * n_audible, LOUD_WINDOWS))
    loud_db = _share(voiced, is_audible, 1 - n_loud / n_audible)
    if _share(samples - voiced, is_audible, FLOOR_SHARE) > loud_db + LOW_DB:
        samples = voiced
    if not QUIET_DB <= loud_db <= LOUD_DB:
        samples = samples * np.float32(10 ** (min(USUAL_DB - loud_db, MOST_GAIN_DB) / 20))
    return samples


def _share(samples: NDArray[np.float32], is_audible: NDArray[np.bool_], share: float) -> float:
    """The level in dB that this share of the windows with any sound stays below."""
    return float(np.quantile(levels_db(samples)[is_audible], share))


def _above(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The samples, (n_samples,), without the frequencies below speech."""
    block, around = round(BLOCK_S * SAMPLE_RATE_HZ), round(AROUND_S * SAMPLE_RATE_HZ)
    # Mirrored about its last sample, a recording goes on without a step, whatever its offset is.
    padded = np.pad(samples, around, mode="reflect", reflect_type="odd")
    passed = np.empty(len(samples), np.float32)
    for start in range(0, len(samples), block):
        part = padded[start : start + block + 2 * around]
        n_whole = 2 ** (len(part) - 1).bit_length()  # fast Fourier transforms are fast at it
        found = np.fft.irfft(np.fft.rfft(part, n_whole) * _gains(n_whole), n_whole)
        passed[start : start + block] = found[around : len(part) - around]
    return passed


@lru_cache(maxsize=1)
def _gains(n_samples: int) -> NDArray[np.float64]:
    """The gains, (n_samples // 2 + 1,), of a Butterworth filter that is run forward and back."""
    hz = np.fft.rfftfreq(n_samples, 1 / SAMPLE_RATE_HZ)
    gains: NDArray[np.float64] = 1.0 / (1.0 + (LOWEST_HZ / np.maximum(hz, 1e-3)) ** (2 * ORDER))
    return gains
