"""A ready voice's phonemes lie where its recording has them."""

from __future__ import annotations

import numpy as np
from mini.clips import Clip
from mini.mel import HOP_SAMPLES, SPEECH_HZ
from mini.voices import reference_of


def test_a_references_frames_are_those_of_its_phonemes_in_the_trimmed_recording() -> None:
    wave = np.zeros(2 * SPEECH_HZ, np.int16)
    wave[12_000:24_000] = (8_000 * np.sin(np.arange(12_000) / 10)).astype(np.int16)
    edges = np.array([0, 12_000, 16_000, 24_000, 48_000], np.int32)
    clip = Clip("ab", "af_sky", False, False, wave, np.array([0, 50, 60, 0], np.uint8), edges)

    audio, frames = reference_of(clip)

    margin = 720  # samples that trimming keeps
    assert len(audio) == 12_000 + 2 * margin
    expected = np.array([margin, 4_000, 8_000, margin]) / HOP_SAMPLES
    assert np.abs(frames - expected).max() <= 1.0
    assert frames.sum() == len(audio) // HOP_SAMPLES + 1
