"""A call on its way through the aligner: the cuts in which it is timed, and their results."""

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
    """A call on its way: which words are said where, and in which language."""

    cuts: list[Cut]
    """Passages of the clip; if the call has chunks, each cut is a clip of its own."""
    text: str
    reading: Reading
    duration_s: float
    aligner: str
    """The language of the aligner that is used: the reading's, if that language has one."""
    clip: NDArray[np.float32]
    """The whole recording, (n_samples,) at 16 kHz."""
    is_known: bool
    """Whether the words were given, not transcribed."""
    is_chunked: bool = False


@dataclass(frozen=True, slots=True)
class Timed:
    """The times of a task's words, the other speech, and how many words can be spelt."""

    times: WordTimes
    others: list[tuple[float, float]]
    n_spelt: int

    @classmethod
    def join(cls, parts: Sequence[Timed]) -> Timed:
        """All parts, one after the other."""
        others = [span for part in parts for span in part.others]
        n_spelt = sum(part.n_spelt for part in parts)
        return cls(WordTimes.join([part.times for part in parts]), others, n_spelt)

    def shifted(self, by_s: float) -> Timed:
        """The same words and speech, later by so many seconds."""
        others = [(start_s + by_s, end_s + by_s) for start_s, end_s in self.others]
        return replace(self, times=self.times.shifted(by_s), others=others)


Emitted = tuple[Cut, NDArray[np.float32]]
"""A cut, and the aligner's log-probabilities for it, (n_frames, n_labels)."""
