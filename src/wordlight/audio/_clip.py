"""A recording in memory."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.errors import TooLong

PCM16_PEAK = 32_767
FULL_SCALE, CLIPPED_RUN = 0.999, 3
"""The level of full scale, and how many samples in a row at it come only from clipping."""
LONGEST_S = 1_800.0
"""The longest recording that a server accepts."""
HIGHEST_RATE_HZ = 48_000
"""The highest rate that is sent to a server. Speech ends far below half of this frequency."""
MOST_SAMPLES = int(LONGEST_S * HIGHEST_RATE_HZ)
LONGEST_SPEECH_S = 3_600.0
"""The longest speech that is made and timed in one go: 40,000 characters take three quarters of an
hour. At 24 kHz such speech has as many samples as a recording may have."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A mono recording: ``samples`` is (n_samples,) float32 in [-1, 1]."""

    samples: NDArray[np.float32]
    rate_hz: int

    @property
    def duration_s(self) -> float:
        """Seconds from the first sample to the end.

        >>> Clip(np.zeros(12_000, np.float32), 24_000).duration_s
        0.5
        """
        return len(self.samples) / self.rate_hz


def clipped_share(samples: NDArray[np.float32]) -> float:
    """Share of the (n_samples,) samples that lie at full scale, several in a row on one side.

    >>> clipped_share(np.array([0.5, 1.0, 1.0, 1.0, 0.0, -1.0, -1.0, 0.5], np.float32))
    0.375
    """
    n_clipped = 0
    for is_full in (samples >= FULL_SCALE, samples <= -FULL_SCALE):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], is_full, [False]]).astype(np.int8)))
        lengths = edges[1::2] - edges[::2]
        n_clipped += int(lengths[lengths >= CLIPPED_RUN].sum())
    return n_clipped / max(1, len(samples))


@dataclass(frozen=True, slots=True)
class Bound:
    """The longest that a recording may be. A finite bound never exceeds what a server accepts."""

    name: str
    longest_s: float

    def n_samples(self, rate_hz: int) -> float:
        """The most samples at this rate."""
        if math.isinf(self.longest_s):
            return math.inf
        return min(self.longest_s * rate_hz, MOST_SAMPLES)

    def check(self, n_samples: int, rate_hz: int) -> None:
        """Accepts that many samples.

        Raises:
            TooLong: There are more samples than the bound allows.
        """
        most = self.n_samples(rate_hz)
        if n_samples > most:
            raise TooLong(self.name, round(n_samples / rate_hz, 1), most / rate_hz, "seconds")

    def join(self, pieces: Iterable[NDArray[np.float32]], rate_hz: int) -> NDArray[np.float32]:
        """The pieces joined, (n_samples,).

        Samples beyond the bound are counted, for the error to state how many there are, but not
        kept.

        Raises:
            TooLong: The pieces together are longer than the bound.
        """
        most, n_samples, kept = self.n_samples(rate_hz), 0, bytearray()
        for piece in pieces:
            n_samples += len(piece)
            if n_samples <= most:
                kept += piece.tobytes()
        self.check(n_samples, rate_hz)
        return np.frombuffer(kept, np.float32)
