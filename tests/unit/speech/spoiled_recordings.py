"""Recordings of the ready voices, spoiled by silence, noise, hum and clicks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordlight.audio import read_wav
from wordlight.speech import SpeechCall

VOICES = Path(__file__).parents[3] / "models/mini/voices"
RATE_HZ = 24_000
Samples = NDArray[np.float32]


def voice(name: str) -> Samples:
    return read_wav(VOICES / name / "reference.wav").samples


def call(samples: Samples, name: str = "heart", rate_hz: int = RATE_HZ) -> SpeechCall:
    text = (VOICES / name / "reference.txt").read_text(encoding="utf-8").strip()
    return SpeechCall(
        "Hello.", reference_audio=samples.astype(np.float32), reference_rate=rate_hz,
        reference_text=text,
    )  # fmt: skip


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def white(n_samples: int, level_db: float) -> Samples:
    noise = np.random.default_rng(5).normal(0, 10 ** (level_db / 20), n_samples)
    return noise.astype(np.float32)


def coloured(n_samples: int, level_db: float, slope: float, from_hz: float) -> Samples:
    """Noise whose amplitude goes with that power of the frequency, from some frequency on."""
    hz = np.fft.rfftfreq(n_samples, 1 / RATE_HZ)
    shape = np.where(hz >= from_hz, np.maximum(hz, 1.0) ** slope, 0.0)
    noise = np.fft.irfft(np.fft.rfft(white(n_samples, 0.0)) * shape, n_samples)
    return at_level(noise, level_db)


def hum(n_samples: int, level_db: float, mains_hz: float = 50.0) -> Samples:
    times = np.arange(n_samples) / RATE_HZ
    harmonics = {1: 1.0, 2: 0.4, 3: 0.5, 5: 0.2}
    tones = [a * np.sin(2 * np.pi * mains_hz * k * times + k) for k, a in harmonics.items()]
    return at_level(np.sum(tones, axis=0), level_db)


def at_level(wave: NDArray[np.float64], level_db: float) -> Samples:
    return (wave * 10 ** (level_db / 20) / np.sqrt(np.mean(wave**2))).astype(np.float32)


def padded(speech: Samples, before_s: float = 1.2, after_s: float = 1.3) -> Samples:
    return np.concatenate([silence(before_s), speech, silence(after_s)])


def only_around(speech: Samples, level_db: float) -> Samples:
    """Noise before and after, as in a recording that was cleaned where somebody speaks."""
    noise = white(len(padded(speech)), level_db)
    return padded(speech) + np.where(padded(np.ones_like(speech)) > 0, 0.0, noise)


def with_click(wave: Samples, at_s: float) -> Samples:
    clicked = wave.copy()
    clicked[round(at_s * RATE_HZ) :][:60] += np.random.default_rng(1).uniform(-0.9, 0.9, 60)
    return clicked


def from_then_on(wave: Samples, noise: Samples, start_s: float) -> Samples:
    return wave + np.where(np.arange(len(wave)) < start_s * RATE_HZ, 0.0, noise)


def faded(wave: Samples, seconds: float) -> Samples:
    edge = np.linspace(0.0, 1.0, round(seconds * RATE_HZ))
    ramp = np.concatenate([edge, np.ones(len(wave) - 2 * len(edge)), edge[::-1]])
    return wave * ramp.astype(np.float32)


def over(
    speech: Samples, noise: Callable[[int], Samples], before_s: float = 1.2, after_s: float = 1.3
) -> Samples:
    wave = padded(speech, before_s, after_s)
    return wave + noise(len(wave))
