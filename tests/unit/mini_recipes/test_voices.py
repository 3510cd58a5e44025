"""A ready voice's phonemes lie where its recording has them; of its clips the best is taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mini.clips import Clip
from mini.mel import HOP_SAMPLES, SPEECH_HZ
from mini.voices import Trial, reference_of
from numpy.typing import NDArray

from wordlight.adapter import speech_weights
from wordlight.audio import read_wav
from wordlight.weights import load_profile

VOICES = Path(__file__).parents[3] / "models/mini/voices"


class Hasty:
    """A judge to whom what is spoken fastest is best, or slowest; all voices are alike."""

    def __init__(self, sign: float) -> None:
        self.sign = sign

    def distill_mos(self, audio: NDArray[np.float32], rate_hz: int) -> float:
        return -self.sign * len(audio) / rate_hz

    def speaker_embedding(self, audio: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
        return np.ones(1, np.float32)


def hasty(sign: float) -> Any:
    return Hasty(sign)


def clip_of(voice: str, text: str) -> Clip:
    """A ready voice's recording, as if it were a clip that says `text`."""
    wave = (read_wav(VOICES / voice / "reference.wav").samples * 32767).astype(np.int16)
    spoken: dict[str, Any] = json.loads((VOICES / voice / "phonemes.json").read_text())
    edges = np.concatenate([[0], np.cumsum(spoken["frames"])]) * HOP_SAMPLES
    edges = np.minimum(edges, len(wave)).astype(np.int32)
    return Clip(text, "af_sky", False, False, wave, np.array(spoken["ids"], np.uint8), edges)


@pytest.mark.slow
def test_the_clip_is_taken_from_which_the_judges_like_the_speech_best() -> None:
    weights = speech_weights(load_profile("mini"), Path("unused"))
    clips = [clip_of("sky", "A first."), clip_of("echo", "A second.")]
    texts = ["The narrow road went on along the river for many miles."]

    found = [
        Trial(weights, texts, hasty(sign)).best(order).text
        for sign in (1.0, -1.0)
        for order in (clips, clips[::-1])
    ]

    assert found[0] == found[1] != found[2] == found[3]


def test_a_voice_of_questions_has_no_reference() -> None:
    no_weights: Any = None
    trial = Trial(no_weights, [], hasty(1.0))

    with pytest.raises(SystemExit, match="no clip of af_sky is fit to be a reference"):
        trial.best([clip_of("sky", "Who is it?")])


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
