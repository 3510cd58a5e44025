"""Measures how loud a recording is in each of a few bands, a hundred times a second."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

HEARING_HZ = 16_000
FRAMES_HZ, WINDOW_SAMPLES = 100, 512
BANDS_HZ = ((100, 500), (500, 1_500), (1_500, 4_000), (4_000, 8_000))
NOTHING_DB = -100.0
Levels = NDArray[np.float32]
"""Levels relative to full scale in dB, (n_frames, n_bands), at `FRAMES_HZ` frames a second."""


def band_levels(heard: NDArray[np.float32]) -> Levels:
    """The level of each band, for each hundredth of a second of a wave at `HEARING_HZ`."""
    shape = np.hanning(WINDOW_SAMPLES).astype(np.float32)
    padded = np.pad(heard, WINDOW_SAMPLES // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES)
    spectra = np.abs(np.fft.rfft(windows[:: HEARING_HZ // FRAMES_HZ] * shape)) ** 2
    power = spectra * 2 / (WINDOW_SAMPLES * np.square(shape).sum())
    hz = np.fft.rfftfreq(WINDOW_SAMPLES, 1 / HEARING_HZ)
    bands = [power[:, (hz >= low) & (hz < high)].sum(axis=1) for low, high in BANDS_HZ]
    levels: Levels = _db(np.stack(bands, axis=1)).astype(np.float32)
    return levels


def total_db(levels: Levels) -> NDArray[np.float32]:
    """The level of all bands together, (n_frames,)."""
    total: NDArray[np.float32] = _db(_power(levels).sum(axis=1))
    return total


def mean_db(levels_db: NDArray[np.float32]) -> float:
    """The level of the mean power."""
    return float(_db(np.mean(_power(levels_db))))


def _power(levels_db: NDArray[np.float32]) -> NDArray[np.float32]:
    power: NDArray[np.float32] = np.power(np.float32(10.0), levels_db / np.float32(10.0))
    return power


def _db(power: Any) -> Any:
    return 10 * np.log10(power + 10 ** (NOTHING_DB / 10))
