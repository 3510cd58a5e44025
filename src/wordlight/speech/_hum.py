"""Finds the hum of the mains where nobody speaks, and removes it from the whole recording.

The hum is in the range of low voices, so with it a tracked pitch comes out too high.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MAINS_HZ = (50.0, 60.0)
HIGHEST_HZ, LISTENED_HZ = 500.0, 2_000
"""The highest frequency at which harmonics are searched, and the sample rate for the search."""
BESIDE_HZ = (-12.0, -8.0, 8.0, 12.0)
STANDS_OUT_DB = 10.0
"""The least level of a harmonic of the mains above the neighbouring frequencies."""
AUDIBLE_DB = -40.0
"""The level, relative to the whole recording, below which a harmonic is not removed."""
SHORTEST_SILENCE_S = 0.3
NOTCH_HZ = 1.5
"""Half the width of the notch at a harmonic. The frequency of the mains is stable to 0.2 Hz."""


def without_hum(
    wave: NDArray[np.float32], rate_hz: int, silences: Sequence[slice]
) -> NDArray[np.float32]:
    """The (n_samples,) wave without the hum found in its silences; unchanged if there is none.

    ``silences``: the samples before, between and after the speech.
    """
    import soxr

    long = [
        soxr.resample(wave[one], rate_hz, LISTENED_HZ)
        for one in silences
        if one.stop - one.start >= SHORTEST_SILENCE_S * rate_hz
    ]
    least = float(np.mean(np.square(wave, dtype=np.float64))) * 10 ** (AUDIBLE_DB / 10)
    heard = max((_harmonics(long, mains, least) for mains in MAINS_HZ), key=len)
    if not heard:
        return wave
    spectrum = np.fft.rfft(wave)
    hz = np.fft.rfftfreq(len(wave), 1 / rate_hz)
    for harmonic in heard:
        spectrum[np.abs(hz - harmonic) <= NOTCH_HZ] = 0.0
    return np.fft.irfft(spectrum, len(wave)).astype(np.float32)


def _harmonics(
    silences: Sequence[NDArray[np.float32]], mains_hz: float, least: float
) -> list[float]:
    """The harmonics of the mains that stand out in the silences, in Hz."""
    if not silences:
        return []
    found = []
    for harmonic in np.arange(mains_hz, HIGHEST_HZ, mains_hz):
        power = _power(silences, harmonic)
        if power < least:
            continue
        beside = np.mean([_power(silences, harmonic + step) for step in BESIDE_HZ])
        if power > beside * 10 ** (STANDS_OUT_DB / 10):
            found.append(float(harmonic))
    return found


def _power(silences: Sequence[NDArray[np.float32]], hz: float) -> float:
    """Mean square of the tone of this frequency in the silences."""
    turns = [np.exp(-2j * np.pi * hz / LISTENED_HZ * np.arange(len(one))) for one in silences]
    sums = [abs(np.dot(one, turn)) ** 2 for one, turn in zip(silences, turns, strict=True)]
    return float(2 * sum(sums) / sum(len(one) ** 2 for one in silences))
