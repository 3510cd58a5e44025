"""Speech from a spoiled reference is as fast, loud and clear as speech from the clean one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr
import torch
from numpy.typing import NDArray

from wordlight.adapter import alignment_weights, speech_weights
from wordlight.alignment.networks import Transcriber
from wordlight.audio import read_wav
from wordlight.manifest import load_manifest
from wordlight.reading import Reading
from wordlight.speech import SpeechAnswer, SpeechCall, SpeechEngine

ECHO = Path(__file__).parents[3] / "models/mini/voices/echo"
TEXT = "She had one wish, a small garden behind the house, and he wanted a boat."
RATE_HZ = 24_000


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpeechEngine]:
    volume = tmp_path_factory.mktemp("volume")
    yield SpeechEngine.load(speech_weights(load_manifest("mini"), volume), "cpu", threads=1)
    torch.set_flush_denormal(False)


@pytest.fixture(scope="module")
def transcriber(tmp_path_factory: pytest.TempPathFactory) -> Transcriber:
    weights = alignment_weights(load_manifest("mini"), tmp_path_factory.mktemp("volume"))
    return Transcriber.load(weights.whisper, "cpu", 1)


def speech() -> NDArray[np.float32]:
    return read_wav(ECHO / "reference.wav").samples


def in_a_room(level_db: float) -> NDArray[np.float32]:
    """The voice with a second and more of noise before and after."""
    wave = np.pad(speech(), (round(1.2 * RATE_HZ), round(1.3 * RATE_HZ)))
    noise = np.random.default_rng(2).normal(0, 10 ** (level_db / 20), len(wave))
    return (wave + noise).astype(np.float32)


def spoken(engine: SpeechEngine, samples: NDArray[np.float32]) -> SpeechAnswer:
    text = (ECHO / "reference.txt").read_text(encoding="utf-8").strip()
    asked = SpeechCall(
        TEXT, reference_audio=samples, reference_rate=RATE_HZ, reference_text=text, seed=3
    )
    (answer,) = engine.run([asked])
    assert isinstance(answer, SpeechAnswer), answer
    return answer


def heard(transcriber: Transcriber, answer: SpeechAnswer) -> str:
    (text,) = transcriber.decode([soxr.resample(answer.audio, answer.sample_rate, 16_000)], "en")
    return "".join(c for c in text.lower() if c.isalpha() or c == " ").strip()


def rms_db(answer: SpeechAnswer) -> float:
    return 20 * float(np.log10(np.sqrt(np.mean(np.square(answer.audio)))))


@pytest.mark.parametrize("level_db", [-50.0, -40.0])
def test_a_noisy_room_neither_slows_the_answer_nor_blurs_it(
    engine: SpeechEngine, transcriber: Transcriber, level_db: float
) -> None:
    clean = spoken(engine, speech())

    answer = spoken(engine, in_a_room(level_db))

    assert len(answer.audio) == pytest.approx(len(clean.audio), rel=0.05)
    assert len(answer.chunk_starts) == len(clean.chunk_starts)
    assert rms_db(answer) == pytest.approx(rms_db(clean), abs=2.0)
    assert heard(transcriber, answer) == "".join(c for c in TEXT.lower() if c.isalpha() or c == " ")


def test_a_very_quiet_recording_is_answered_aloud_and_the_reading_says_so(
    engine: SpeechEngine, transcriber: Transcriber
) -> None:
    answer = spoken(engine, speech() / np.float32(20))

    assert -30 < rms_db(answer) < -25
    assert Reading.from_json(answer.reading).warnings == (
        "REFERENCE_AUDIO is very quiet (-49 dBFS); the answer was raised by 21 dB",
    )
    assert heard(transcriber, answer) == "".join(c for c in TEXT.lower() if c.isalpha() or c == " ")
