"""A recording in memory."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.errors import TooLong

PCM16_PEAK = 32_767
LONGEST_S = 1_800.0
"""What a server takes."""
HIGHEST_RATE_HZ = 48_000
"""No more is sent to a server: speech ends far below half of it."""
MOST_SAMPLES = int(LONGEST_S * HIGHEST_RATE_HZ)
LONGEST_SPEECH_S = 3_600.0
"""What is spoken in one go, and timed: 40,000 characters take three quarters of an hour. At 24 kHz
it has as many samples as a recording may have."""


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


@dataclass(frozen=True, slots=True)
class Bound:
    """How long a recording may be; unless that is infinite, no longer than a server takes."""

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
            TooLong: There are more than the most.
        """
        most = self.n_samples(rate_hz)
        if n_samples > most:
            raise TooLong(self.name, round(n_samples / rate_hz, 1), most / rate_hz, "seconds")

    def join(self, pieces: Iterable[NDArray[np.float32]], rate_hz: int) -> NDArray[np.float32]:
        """(n_samples,): the pieces as one; too much is counted to its end, and not kept.

        Raises:
            TooLong: There is too much.
        """
        most, n_samples, kept = self.n_samples(rate_hz), 0, bytearray()
        for piece in pieces:
            n_samples += len(piece)
            if n_samples <= most:
                kept += piece.tobytes()
        self.check(n_samples, rate_hz)
        return np.frombuffer(kept, np.float32)
