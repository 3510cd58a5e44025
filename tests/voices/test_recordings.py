"""What a recording must be to become a ready voice: shipped voices are; each flaw is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from wordlight.audio import Clip, read_wav
from wordlight.errors import ReferenceUnusable
from wordlight.voices import as_voice, checked
from wordlight.voices._recordings import measure

MODELS = Path(__file__).parents[2] / "models"
SHIPPED = sorted(MODELS.glob("*/voices/*/reference.wav"))
HEART = read_wav(MODELS / "mini/voices/heart/reference.wav")
RATE_HZ = HEART.rate_hz


def clip(*parts: NDArray[np.float32]) -> Clip:
    return Clip(np.concatenate(parts).astype(np.float32), RATE_HZ)


def silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(int(seconds * RATE_HZ), np.float32)


def tone(seconds: float) -> NDArray[np.float32]:
    return (0.3 * np.sin(np.arange(int(seconds * RATE_HZ)) * 2 * np.pi * 220 / RATE_HZ)).astype(
        np.float32
    )


def noise(seconds: float) -> NDArray[np.float32]:
    random = np.random.default_rng(1)
    return (0.1 * random.standard_normal(int(seconds * RATE_HZ))).astype(np.float32)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_every_shipped_voice_would_be_taken(path: Path) -> None:
    measured = checked(read_wav(path), "FILE")

    assert 0.5 < measured.speech_s / measured.duration_s <= 1.0
    assert -35 < measured.level_dbfs < -10
    assert measured.clipped_share == 0.0


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (clip(HEART.samples[:12_000]), "FILE is 0.50 s long; 1 to 15 s are allowed"),
        (clip(np.tile(HEART.samples, 6)), "1 to 15 s are allowed"),
        (clip(silence(0)), "is 0.00 s long"),
        (clip(silence(3)), "FILE is silent"),
        (clip(tone(3)), "FILE holds no speech"),
        (clip(noise(3)), "FILE holds no speech"),
        (clip(HEART.samples[: int(0.6 * RATE_HZ)], silence(1)), "of speech; 1 s are needed"),
        (clip(HEART.samples, silence(6)), "is silent or no speech for 6"),
        (clip(HEART.samples * 0.04), "is too quiet: its speech has -5"),
        (clip(np.clip(HEART.samples * 8, -1, 1)), "is clipped: "),
        (clip(HEART.samples * 8), "is clipped: "),
    ],
    ids=[
        "short", "long", "empty", "silent", "tone", "noise", "little speech", "much silence",
        "quiet", "clipped", "beyond full scale",
    ],
)  # fmt: skip
def test_what_cannot_be_a_voice_is_refused_by_name(made: Clip, says: str) -> None:
    with pytest.raises(ReferenceUnusable) as refused:
        checked(made, "FILE")

    assert says in str(refused.value)


def test_every_flaw_is_named_at_once() -> None:
    clipped_and_mostly_silent = clip(np.clip(HEART.samples * 20, -1, 1), silence(6))

    flaws = measure(clipped_and_mostly_silent).flaws()

    assert [flaw.split()[1] for flaw in flaws] == ["silent", "clipped:"]


def test_noise_in_the_room_does_not_hide_the_voice() -> None:
    measured = measure(clip(HEART.samples + 0.02 * noise(10)[: len(HEART.samples)] / 0.1))

    assert measured.speech_s > 2.5


def test_a_peak_that_touches_full_scale_is_no_clipping() -> None:
    loudest = HEART.samples / np.abs(HEART.samples).max()

    assert measure(clip(loudest)).clipped_share < 1e-4


def test_not_a_number_counts_as_silence() -> None:
    broken = HEART.samples.copy()
    broken[::7] = np.nan

    assert np.isfinite(measure(clip(broken)).peak_dbfs)


def test_a_voice_is_kept_at_24_khz() -> None:
    made = as_voice(Clip(np.repeat(HEART.samples, 2), 48_000))

    assert made.rate_hz == 24_000
    assert abs(made.duration_s - HEART.duration_s) < 0.01
