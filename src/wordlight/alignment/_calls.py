"""What alignment is asked and what it answers; the serving adapter maps tensors to these fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from wordlight.alignment._conditioning import condition
from wordlight.alignment._frames import SAMPLE_RATE_HZ
from wordlight.audio import LONGEST_SPEECH_S
from wordlight.errors import InvalidInput, TooLong
from wordlight.reading import Shelf, no_shelf

SHORTEST_S = 0.025
"""One frame of wav2vec2: 400 samples at 16 kHz."""


@dataclass(frozen=True, slots=True)
class AlignmentCall:
    """A recording, (n_samples,) float32 mono, and what is said in it if that is known.

    Not all of ``transcript`` need be said, nor all that is said be in it.

    ``reading``: the JSON of how the transcript is read, where that is known too; else ``lexicon``
    says how its words are said.
    ``chunk_starts``: (n_chunks,) seconds from which on the words from ``chunk_words`` on are said,
    (n_chunks,) indices: each chunk is then timed as if it were a recording of its own.
    """

    audio: NDArray[np.float32]
    sample_rate: int
    transcript: str | None = None
    language: str | None = None
    reading: str | None = None
    chunk_starts: NDArray[np.float64] | None = None
    chunk_words: NDArray[np.int32] | None = None
    lexicon: str | None = None

    @property
    def duration_s(self) -> float:
        """Length of the recording."""
        return len(self.audio) / self.sample_rate


@dataclass(frozen=True, slots=True)
class AlignmentAnswer:
    """Every word with its time in seconds, score in [0, 1] and origin; all (n_words,).

    ``other_starts``, ``other_ends``: (n_stretches,) seconds of the speech that is in the recording
    and not in the transcript. ``duration``: seconds of the recording. ``reading``: the JSON of how
    the words were read.
    """

    words: list[str]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    scores: NDArray[np.float32]
    origins: list[str]
    other_starts: NDArray[np.float64]
    other_ends: NDArray[np.float64]
    spoken_text: str
    spoken_language: str
    spoken_by: list[str]
    duration: float
    n_spelt: int
    reading: str


@dataclass(frozen=True, slots=True)
class AlignmentWeights:
    """Where the weights are, all in folders of this machine.

    ``whisper`` is of faster-whisper's (CTranslate2) form. ``aligners`` has, for each language, a
    wav2vec2 CTC model: transformers' files, or a torchaudio checkpoint. ``lexicons`` is asked anew
    for each transcript.
    """

    whisper: Path
    aligners: Mapping[str, Path]
    default_language: str = "en"
    lexicons: Shelf = no_shelf


def check_length(call: AlignmentCall) -> None:
    """Checks that the recording is neither too short nor too long.

    Raises:
        InvalidInput: There is less of it than one frame.
        TooLong: There is more than an hour.
    """
    if call.duration_s < SHORTEST_S:
        raise InvalidInput(
            "AUDIO",
            f"is {call.duration_s * 1000:.3g} ms long; "
            f"at least {SHORTEST_S * 1000:g} ms are needed to hear a word",
        )
    if call.duration_s > LONGEST_SPEECH_S:
        raise TooLong("AUDIO", call.duration_s, LONGEST_SPEECH_S, "seconds")


def prepare_audio(call: AlignmentCall) -> NDArray[np.float32]:
    """The recording at 16 kHz, as `condition` leaves it.

    Raises:
        InvalidInput, TooLong: As for `check_length`.
    """
    check_length(call)
    if call.sample_rate == SAMPLE_RATE_HZ:
        return condition(call.audio)
    return condition(soxr.resample(call.audio, call.sample_rate, SAMPLE_RATE_HZ))
