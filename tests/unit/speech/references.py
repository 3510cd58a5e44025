"""References, and calls that bring a recording of noise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from wordlight.speech import SpeechCall
from wordlight.speech._front_ends import CharacterFrontEnd
from wordlight.speech._reference import References

HEART = Path(__file__).parents[3] / "models/mini/voices/heart"
MEL = {
    "n_fft": 1024, "hop_length": 256, "win_length": 1024, "n_mel_channels": 100,
    "target_sample_rate": 24_000, "mel_spec_type": "vocos",
}  # fmt: skip
RATE_HZ = 16_000


def references(
    transcribe: Callable[[NDArray[np.float32], int], str] | None = None, voice: Path = HEART
) -> References:
    torch.set_num_threads(1)
    front_end = CharacterFrontEnd.load(None)
    return References(front_end, MEL, lambda: {voice.name: voice}, "heart", transcribe)


def noise(seconds: float, level: float = 0.2, seed: int = 0) -> NDArray[np.float32]:
    n_samples = round(seconds * RATE_HZ)
    return np.random.default_rng(seed).normal(0, level, n_samples).astype(np.float32)


def recorded(samples: NDArray[np.float32], text: str | None = "Some words.") -> SpeechCall:
    return SpeechCall(
        "Hello.", reference_audio=samples, reference_rate=RATE_HZ, reference_text=text
    )
