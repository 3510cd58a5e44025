"""Noise, and PCM in a WAV file."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np

from wordlight.audio import Clip

Read = Callable[[Path], Clip]
RATE_HZ = 8_000


def write_pcm(path: Path, raw: bytes, width_bytes: int, n_channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(n_channels)
        file.setsampwidth(width_bytes)
        file.setframerate(8_000)
        file.writeframes(raw)
    return path


def noise(seconds: float, seed: int, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(n_samples,), at a power of 0.01."""
    values = np.random.default_rng(seed).standard_normal(round(seconds * rate_hz))
    return (0.1 * values).astype(np.float32)
