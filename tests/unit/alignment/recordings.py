"""Recordings made of a few spoken sentences and silence, so that the truth about them is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE_HZ = 16_000
ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "tests" / "data" / "recordings"
VOICES = ROOT / "models" / "mini" / "voices"
ALL_VOICES = ("daniel", "echo", "emma", "fable", "heart", "sky")

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: (n_samples,) at ``rate_hz``, and from when to when it sounds.

    The seconds were read off the level of each 10 ms: they are where it rises 10 dB above the
    sentence's own noise, and where it falls back.
    """

    samples: Samples
    text: str
    start_s: float
    end_s: float
    rate_hz: int = RATE_HZ

    @property
    def n_words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @property
    def duration_s(self) -> float:
        """Length of the clip."""
        return len(self.samples) / self.rate_hz


@dataclass(frozen=True, slots=True)
class Recording:
    """Sentences with silence between them, in order; seconds count from its first sample."""

    samples: Samples
    sentences: list[Sentence]
    offsets_s: list[float]

    @property
    def script(self) -> str:
        """What is said."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def starts_s(self) -> list[float]:
        """When each sentence begins to sound."""
        return [o + s.start_s for o, s in zip(self.offsets_s, self.sentences, strict=True)]

    @property
    def ends_s(self) -> list[float]:
        """When each sentence falls quiet."""
        return [o + s.end_s for o, s in zip(self.offsets_s, self.sentences, strict=True)]

    @property
    def last_words(self) -> list[int]:
        """The index of each sentence's last word."""
        return (np.cumsum([sentence.n_words for sentence in self.sentences]) - 1).tolist()

    @property
    def first_words(self) -> list[int]:
        """The index of each sentence's first word."""
        return [0, *(last + 1 for last in self.last_words[:-1])]

    def over_noise(self, level_db: float) -> Recording:
        """The recording in a room: white noise of so many dBFS under all of it."""
        noise = np.random.default_rng(0).normal(0.0, 10 ** (level_db / 20), len(self.samples))
        return replace(self, samples=(self.samples + noise).astype(np.float32))


def read(name: str) -> tuple[Samples, int]:
    """A clip of ``tests/data/recordings`` and its rate."""
    samples, rate_hz = soundfile.read(FOLDER / f"{name}.flac", dtype="float32")
    return samples, rate_hz


def join(*parts: Sentence | float) -> Recording:
    """Sentences, and seconds of digital silence, one after the other."""
    pieces, sentences, offsets_s, at = [], [], [], 0
    for part in parts:
        if isinstance(part, Sentence):
            sentences.append(part)
            offsets_s.append(at / RATE_HZ)
            pieces.append(part.samples)
        else:
            pieces.append(np.zeros(round(part * RATE_HZ), np.float32))
        at += len(pieces[-1])
    return Recording(np.concatenate(pieces), sentences, offsets_s)


DASHWOOD = Sentence(
    read("dashwood")[0],
    "And Mister John Dashwood had then leisure to consider how much there might be prudently in "
    "his power to do for them.",
    0.25,
    6.66,
)
YOUNG_MAN = Sentence(read("young-man")[0], "He was not an ill disposed young man.", 0.26, 2.77)
UNLESS = Sentence(
    read("unless")[0],
    "Unless to be rather cold hearted and rather selfish is to be ill disposed.",
    0.28,
    5.04,
)
MARRIED = Sentence(
    read("married")[0],
    "Had he married a more amiable woman he might have been made still more respectable than he "
    "was.",
    0.32,
    5.77,
)
HIMSELF = Sentence(read("himself")[0], "He might even have been made amiable himself.", 0.28, 2.86)
ALL = join(0.5, DASHWOOD, 0.5, YOUNG_MAN, 0.5, UNLESS, 0.5, MARRIED, 0.5, HIMSELF, 0.5)
"""The five sentences of a chapter."""


def room(seconds: float, level_db: float, seed: int = 1) -> Samples:
    """White noise of so many dBFS."""
    noise = np.random.default_rng(seed).normal(0.0, 10 ** (level_db / 20), round(seconds * RATE_HZ))
    return noise.astype(np.float32)


def read_voice(name: str) -> tuple[Samples, str, int]:
    """What a ready voice says, in which words, and its rate."""
    samples, rate_hz = soundfile.read(VOICES / name / "reference.wav", dtype="float32")
    return samples, (VOICES / name / "reference.txt").read_text().strip(), rate_hz
