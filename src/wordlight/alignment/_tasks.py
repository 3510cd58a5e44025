"""A call on its way through the aligner: the cuts that it is timed in, and what comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._timing import WordTimes
from wordlight.reading import Reading, ReadWord


@dataclass(frozen=True, slots=True)
class Cut:
    """Words and the piece of the clip in which they are said: (n_samples,) at 16 kHz."""

    words: tuple[ReadWord, ...]
    audio: NDArray[np.float32]
    offset_s: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class Task:
    """A call on its way: what is said where, in which language."""

    cuts: list[Cut]
    """Passages of the clip; or, if it is chunked, clips of their own."""
    text: str
    reading: Reading
    duration_s: float
    aligner: str
    """The language whose aligner listens: the reading's, if there is one."""
    clip: NDArray[np.float32]
    """The whole recording, (n_samples,) at 16 kHz."""
    is_known: bool
    """Whether the words were given, and not heard."""
    is_chunked: bool = False


@dataclass(frozen=True, slots=True)
class Timed:
    """Words of a task, the speech that is not theirs, and how many of them can be spelt."""

    times: WordTimes
    others: list[tuple[float, float]]
    n_spelt: int

    @classmethod
    def join(cls, parts: Sequence[Timed]) -> Timed:
        """All of them, one after the other."""
        others = [span for part in parts for span in part.others]
        n_spelt = sum(part.n_spelt for part in parts)
        return cls(WordTimes.join([part.times for part in parts]), others, n_spelt)

    def shifted(self, by_s: float) -> Timed:
        """The same, later."""
        others = [(start_s + by_s, end_s + by_s) for start_s, end_s in self.others]
        return replace(self, times=self.times.shifted(by_s), others=others)


Emitted = tuple[Cut, NDArray[np.float32]]
"""A cut, and what an aligner hears in it: log-probabilities, (n_frames, n_labels)."""
