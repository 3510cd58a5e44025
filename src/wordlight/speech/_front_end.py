"""Front ends turn text into tokens and a number of frames. Later stages need not know which."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wordlight.errors import WeightsMisfit
from wordlight.reading import Reading


@dataclass(frozen=True, slots=True)
class Layout:
    """Tokens of reference and answer, (n_tokens,) int64, and the frames of both together."""

    tokens: NDArray[np.int64]
    n_frames: int


@dataclass(frozen=True, slots=True)
class ReferenceText:
    """The reference's text: what is said, its frames, and its tokens if they are known.

    ``pace``: its frames divided by those of an average speaker. ``register``: mean and standard
    deviation of its phonemes' pitches in octaves; None if nothing in it is voiced.
    """

    text: str
    n_frames: int
    tokens: NDArray[np.int64]
    pace: float = 1.0
    register: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class SpokenPhonemes:
    """A recording's phonemes: (n,) int64 ids in the vocabulary, and the (n,) frames of each."""

    ids: NDArray[np.int64]
    frames: NDArray[np.float64]

    @classmethod
    def load(cls, path: Path) -> SpokenPhonemes:
        """The phonemes in a ready voice's ``phonemes.json``.

        Raises:
            SetupError: The file is not valid.
        """
        name = f"{path.parent.name}/{path.name}"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            ids = np.array(content["ids"], np.int64)
            frames = np.array(content["frames"], np.float64)
        except (KeyError, TypeError, ValueError) as error:
            raise WeightsMisfit(name, f"cannot be read: {error}") from error
        if ids.shape != frames.shape or ids.ndim != 1 or not frames.sum() > 0:
            raise WeightsMisfit(name, "does not give each phoneme its frames")
        return cls(ids, frames)


class Scripts(Protocol):
    """The languages, scripts and phonemes that a speaker can say."""

    def language(self, asked: str | None) -> str | None:
        """The language in which to read a text; None if its letters are to decide.

        Raises:
            UnsupportedText: The speaker cannot speak the requested language.
        """

    def sayable(self, reading: Reading, field: str) -> Reading:
        """The reading without what this front end cannot say, and with a warning about it.

        Raises:
            UnsupportedText: Nothing is left to say, or the text is in another language.
        """

    def pronounces(self, phonemes: str) -> bool:
        """Whether the speaker can say these phonemes (IPA)."""


class FrontEnd(Scripts, Protocol):
    """A way from text to tokens."""

    def read(
        self,
        text: str,
        wave: NDArray[np.float32],
        n_frames: int,
        spoken: SpokenPhonemes | None = None,
    ) -> ReferenceText:
        """The reference's text, fitted to its wave, (n_samples,) at the mel's rate.

        ``spoken``: the phonemes and their frames, if they are known.
        """

    def lay_out(self, reference: ReferenceText, text: str, speed: float) -> Layout:
        """Tokens and frames for saying ``text`` after the reference."""

    def n_frames(self, reference: ReferenceText, text: str) -> float:
        """Estimated frames of ``text`` at speed 1."""
