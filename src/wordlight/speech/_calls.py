"""The calls and answers of the speech engine. Each field is a tensor of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordlight.manifest import SpeechSettings
from wordlight.reading import Shelf, no_shelf

BYTE_S = 0.065
"""The time that a byte of UTF-8 takes to say. It corresponds to 15 letters of English or 5 of
Chinese a second."""


@dataclass(frozen=True, slots=True)
class SpeechCall:
    """One text to speak. None means the profile's or F5-TTS's default.

    ``reference_audio``: (n_samples,) float32, mono, at ``reference_rate`` Hz. ``task`` is one of
    `wordlight.contract.TASKS`; pieces with the same ``request_id`` belong to one narration.
    """

    text: str
    voice: str | None = None
    reference_audio: NDArray[np.float32] | None = None
    reference_rate: int | None = None
    reference_text: str | None = None
    speed: float | None = None
    nfe_steps: int | None = None
    cfg_strength: float | None = None
    sway: float | None = None
    seed: int | None = None
    language: str | None = None
    task: str | None = None
    lexicon: str | None = None
    request_id: str = ""

    @property
    def expected_s(self) -> float:
        """The approximate time that an average speaker needs for the text at the call's speed."""
        return len(self.text.encode()) * BYTE_S / (self.speed or 1.0)


@dataclass(frozen=True, slots=True)
class SpeechAnswer:
    """Audio, (n_samples,) float32 in [-1, 1], its rate in Hz, the text and its chunks.

    Each chunk has its start in seconds, the index of its first word, its spoken text, and the
    seconds of silence after it. ``reading``: how the text was read, as JSON. A plan has no audio,
    and its starts are estimates.
    """

    audio: NDArray[np.float32]
    sample_rate: int
    spoken_text: str
    chunk_starts: NDArray[np.float64]
    chunk_words: NDArray[np.int32]
    chunks: list[str]
    chunk_pauses: NDArray[np.float64]
    reading: str


@dataclass(frozen=True, slots=True)
class SpeechWeights:
    """The manifest's settings for speech, and the paths of everything that the engine loads.

    ``voices`` and ``lexicons`` are called for each request, so that a voice or lexicon that was
    just added to the volume is found at once.
    """

    settings: SpeechSettings
    checkpoint: Path
    front_end_folder: Path | None
    vocoder_folder: Path | None
    voices: Callable[[], Mapping[str, Path]]
    default_voice: str
    lexicons: Shelf = no_shelf
