"""Measures how loud a wave is, and finds its first and its last sound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WINDOW_S = 0.010
QUIET_DB = -38.0
"""Windows below this level, relative to the loudest window, do not contain speech."""
MARGIN_S = 0.03
"""The time kept before and after speech, because soft consonants are below the threshold."""


def window_powers(wave: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """The mean square of each whole window of a (n_samples,) wave, (n_windows,)."""
    window = int(WINDOW_S * rate_hz)
    n_windows = len(wave) // window
    squares = np.square(wave[: n_windows * window]).reshape(n_windows, window)
    powers: NDArray[np.float32] = squares.mean(axis=1)
    return powers


def loudness(wave: NDArray[np.float32], rate_hz: int) -> float:
    """RMS of the sounding part of a wave: of windows less than 38 dB below the loudest."""
    power = window_powers(wave, rate_hz)
    if not len(power):
        return float(np.sqrt(np.square(wave).mean())) if len(wave) else 0.0
    loud = power[power >= power.max() * 10 ** (QUIET_DB / 10)]
    return float(np.sqrt(loud.mean()))


def trim(wave: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """The wave from just before its first sound to just after its last; all of it if silent."""
    return wave[sounding(wave, rate_hz)]


def sounding(wave: NDArray[np.float32], rate_hz: int) -> slice:
    """The samples that ``trim`` keeps."""
    power = window_powers(wave, rate_hz)
    loud = np.flatnonzero(power > power.max(initial=0.0) * 10 ** (QUIET_DB / 10))
    if not len(loud):
        return slice(0, len(wave))
    window, margin = int(WINDOW_S * rate_hz), int(MARGIN_S * rate_hz)
    return slice(
        max(0, int(loud[0]) * window - margin),
        min(len(wave), (int(loud[-1]) + 1) * window + margin),
    )
