"""A recording made fit to be measured: without a microphone's offset, rumble and hum, and loud."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._frames import SAMPLE_RATE_HZ
from wordlight.alignment._loudness import levels_db

LOWEST_HZ, ORDER = 80.0, 6
"""Below lie a microphone's offset, steps, wind and the mains' hum (50 and 60 Hz), and of speech no
more than the lowest tone of a deep voice. The filter has no phase, so nothing moves: 50 Hz loses
49 dB, 60 Hz 30 dB, 100 Hz half a decibel."""
BLOCK_S, AROUND_S = 64.0, 0.5
"""Seconds filtered at once, so that half an hour takes no gigabyte, and what is heard around them:
the filter has forgotten it by then. Together they are a little less than 2^20 samples."""
LOUD_SHARE, LOUD_WINDOWS, LEAST_LOUD_SHARE = 0.01, 30, 0.002
"""Of the windows so many are the loudest speech: a hundredth, but 0.3 s are enough, for speech may
be rare; and a few in a thousand, for a bang is not speech."""
FLOOR_SHARE = 0.1
"""Share of the windows that are quieter than what never ceases."""
LOW_DB = -24.0
"""What never ceases below speech hides its ends if it is louder, against the loudest speech. In
audio books it is at -26 dB and less, and there nothing is gained: a filter changes a little what
the aligner hears, and words move."""
QUIET_DB, LOUD_DB, USUAL_DB = -40.0, 0.0, -18.0
"""Levels of the loudest speech between which a recording stays as it is, and that which others are
given."""
MOST_GAIN_DB = 60.0
"""Beyond it there is nothing but the noise of rounding."""
_NO_SOUND_DB = -99.0
"""Of a window of zeros."""


def condition(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n_samples,) at 16 kHz without what lies below speech, where that is loud, at a usual level.

    What has neither fault is left as it is.
    """
    samples = np.ascontiguousarray(samples, dtype=np.float32)
    is_heard = levels_db(samples) > _NO_SOUND_DB
    if not is_heard.any():
        return samples
    voiced = _above(samples)
    n_heard = int(is_heard.sum())
    n_loud = max(LEAST_LOUD_SHARE * n_heard, min(LOUD_SHARE * n_heard, LOUD_WINDOWS))
    loud_db = _share(voiced, is_heard, 1 - n_loud / n_heard)
    if _share(samples - voiced, is_heard, FLOOR_SHARE) > loud_db + LOW_DB:
        samples = voiced
    if not QUIET_DB <= loud_db <= LOUD_DB:
        samples = samples * np.float32(10 ** (min(USUAL_DB - loud_db, MOST_GAIN_DB) / 20))
    return samples


def _share(samples: NDArray[np.float32], is_heard: NDArray[np.bool_], share: float) -> float:
    """The level in dB below which are so many of the windows in which anything is heard."""
    return float(np.quantile(levels_db(samples)[is_heard], share))


def _above(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n_samples,) without what lies below speech."""
    block, around = round(BLOCK_S * SAMPLE_RATE_HZ), round(AROUND_S * SAMPLE_RATE_HZ)
    # Turned about its end, a recording goes on without a step, whatever its offset is.
    padded = np.pad(samples, around, mode="reflect", reflect_type="odd")
    passed = np.empty(len(samples), np.float32)
    for start in range(0, len(samples), block):
        part = padded[start : start + block + 2 * around]
        n_whole = 2 ** (len(part) - 1).bit_length()  # what fast Fourier transforms are fast at
        found = np.fft.irfft(np.fft.rfft(part, n_whole) * _gains(n_whole), n_whole)
        passed[start : start + block] = found[around : len(part) - around]
    return passed


@lru_cache(maxsize=1)
def _gains(n_samples: int) -> NDArray[np.float64]:
    """(n_samples // 2 + 1,) of a Butterworth filter that is run forth and back."""
    hz = np.fft.rfftfreq(n_samples, 1 / SAMPLE_RATE_HZ)
    gains: NDArray[np.float64] = 1.0 / (1.0 + (LOWEST_HZ / np.maximum(hz, 1e-3)) ** (2 * ORDER))
    return gains
