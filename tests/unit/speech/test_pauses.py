"""Measurements of the mini's speech: marks are silent, short words and first sounds are audible."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wordlight.adapter import speech_weights
from wordlight.manifest import load_manifest
from wordlight.speech import LEAD_S, QUIET_DB, SpeechAnswer, SpeechCall, SpeechEngine
from wordlight.speech._seams import TAIL_S

WINDOW_S = 0.010
SHORTEST_PAUSE_S = 0.06
"""The closure of a plosive between two vowels is shorter."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpeechEngine]:
    volume = tmp_path_factory.mktemp("volume")
    yield SpeechEngine.load(speech_weights(load_manifest("mini"), volume), "cpu", threads=1)
    torch.set_flush_denormal(False)


def spoken(engine: SpeechEngine, text: str, voice: str) -> SpeechAnswer:
    (answer,) = engine.run([SpeechCall(text, voice=voice, seed=1)])
    assert isinstance(answer, SpeechAnswer), answer
    return answer


def is_sounding(audio: NDArray[np.float32], rate_hz: int) -> NDArray[np.bool_]:
    """Whether each 10 ms are within `QUIET_DB` of the loudest."""
    window = int(WINDOW_S * rate_hz)
    power = np.square(audio[: len(audio) // window * window]).reshape(-1, window).mean(axis=1)
    return np.asarray(power > power.max() * 10 ** (QUIET_DB / 10))


def pauses_s(answer: SpeechAnswer) -> list[float]:
    """Seconds of every silence between the first sound and the last."""
    sounding = np.flatnonzero(is_sounding(answer.audio, answer.sample_rate))
    gaps_s = (np.diff(sounding) - 1) * WINDOW_S
    return [float(gap_s) for gap_s in gaps_s if gap_s >= SHORTEST_PAUSE_S]


@pytest.mark.parametrize("voice", ["heart", "daniel"])
def test_a_stop_inside_a_chunk_is_silent_for_longer_than_a_comma(
    engine: SpeechEngine, voice: str
) -> None:
    answer = spoken(engine, "We all ran home, for the rain was near. Now we are here.", voice)

    comma_s, stop_s = pauses_s(answer)
    assert len(answer.chunk_starts) == 1
    assert 0.12 <= comma_s <= 0.30
    assert 0.35 <= stop_s <= 0.60


@pytest.mark.parametrize("text", ["A", "the", "I", "Oh", "No.", "Hi!"])
def test_a_lone_word_sounds_for_as_long_as_a_word_does(engine: SpeechEngine, text: str) -> None:
    answer = spoken(engine, text, "heart")

    sounding_s = np.count_nonzero(is_sounding(answer.audio, answer.sample_rate)) * WINDOW_S
    assert 0.2 <= sounding_s <= 0.6
    assert np.abs(answer.audio).max() > 0.1
    assert len(answer.audio) / answer.sample_rate < LEAD_S + 0.7 + TAIL_S
