"""Every format holds the same sound at the same time."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from wordlight.contract import AUDIO_FORMATS
from wordlight.publishing._encoding import FORMATS, encode


def clicks(rate_hz: int) -> NDArray[np.float32]:
    """Two seconds of short tones, at 0.5 s and 1.5 s."""
    time_s = np.arange(2 * rate_hz) / rate_hz
    window = (np.abs(time_s - 0.5) < 0.02) | (np.abs(time_s - 1.5) < 0.02)
    return (0.5 * np.sin(2 * np.pi * 1_000 * time_s) * window).astype(np.float32)


def decoded(body: bytes) -> tuple[NDArray[np.float32], int]:
    samples, rate_hz = soundfile.read(io.BytesIO(body), dtype="float32")
    return samples, rate_hz


def test_the_formats_are_those_of_the_contract() -> None:
    assert tuple(FORMATS) == AUDIO_FORMATS


@pytest.mark.parametrize("rate_hz", [24_000, 22_050, 96_000])
@pytest.mark.parametrize("name", AUDIO_FORMATS)
def test_a_sound_stays_where_it_is_in_time(name: str, rate_hz: int) -> None:
    samples = clicks(rate_hz)

    heard, heard_hz = decoded(encode(samples, rate_hz, FORMATS[name]))

    loud = np.flatnonzero(np.abs(heard) > 0.25) / heard_hz
    first, second = loud[loud < 1.0], loud[loud > 1.0]
    assert abs(len(heard) / heard_hz - 2.0) < 0.005
    assert abs(first.mean() - 0.5) < 0.003
    assert abs(second.mean() - 1.5) < 0.003


@pytest.mark.parametrize("name", ["flac", "wav"])
def test_a_lossless_file_is_exact_to_its_16_bits(name: str) -> None:
    samples = clicks(24_000)

    heard, rate_hz = decoded(encode(samples, 24_000, FORMATS[name]))

    assert rate_hz == 24_000
    assert np.abs(heard - samples).max() < 1 / 32_000


@pytest.mark.parametrize("name", AUDIO_FORMATS)
def test_what_is_too_loud_is_clipped_and_not_wrapped(name: str) -> None:
    heard, _ = decoded(encode(np.full(24_000, 3.0, np.float32), 24_000, FORMATS[name]))

    assert heard[8_000:16_000].min() > 0.5 if name in ("flac", "wav") else np.isfinite(heard).all()
