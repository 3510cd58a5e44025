"""The call and the answer of alignment; the serving adapter maps tensors to their fields."""

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
    """A recording, (n_samples,) float32 mono, and its transcript if that is known.

    The transcript may have words that nobody says, and the recording may have speech that is not
    in the transcript.

    ``reading``: the JSON of how the transcript is read, if that is known too. Otherwise
    ``lexicon`` states how words are pronounced.
    ``chunk_starts``: (n_chunks,) the second at which each chunk begins. ``chunk_words``:
    (n_chunks,) the index of its first word. Each chunk is timed as if it were a recording of its
    own.
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
        """The length of the recording."""
        return len(self.audio) / self.sample_rate


@dataclass(frozen=True, slots=True)
class AlignmentAnswer:
    """Every word with its time in seconds, score in [0, 1] and origin; all (n_words,).

    ``other_starts``, ``other_ends``: (n_stretches,) when speech that is not in the transcript
    begins and ends, in seconds. ``duration``: the length of the recording in seconds.
    ``reading``: the JSON of how the words were read.
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

    ``whisper`` is in the format of faster-whisper (CTranslate2). ``aligners`` has a wav2vec2 CTC
    model for each language: transformers' files, or a torchaudio checkpoint. ``lexicons`` is
    looked up anew for each transcript.
    """

    whisper: Path
    aligners: Mapping[str, Path]
    default_language: str = "en"
    lexicons: Shelf = no_shelf


def check_length(call: AlignmentCall) -> None:
    """Checks that the recording is neither too short nor too long.

    Raises:
        InvalidInput: The recording is shorter than one frame.
        TooLong: The recording is longer than an hour.
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
