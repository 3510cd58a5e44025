"""The alignment tables: what is counted, and against which clock."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from mini.evaluate_alignment import (
    AGREEMENT_HEAD,
    TRUTH_HEAD,
    Errors,
    Utterance,
    agreement_table,
    noisy,
    unspoilt,
)
from numpy.typing import NDArray

WORDS = ["he", "was", "not", "an"]
TIMES_S = np.array([[0.1, 0.3], [0.3, 0.5], [0.6, 0.9], [0.9, 1.0]])


@dataclass(frozen=True)
class Late:
    """An aligner that is late by so much, and loses one word if told so."""

    late_s: float
    lost: int | None = None

    def times_s(self, audio: NDArray[np.float32], words: Sequence[str]) -> NDArray[np.float64]:
        times = TIMES_S + self.late_s
        if self.lost is not None:
            times[self.lost] = np.nan
        return times


@dataclass(frozen=True)
class Deaf:
    """An aligner that finds nothing."""

    def times_s(self, audio: NDArray[np.float32], words: Sequence[str]) -> NDArray[np.float64]:
        return np.empty((0, 2))


@pytest.fixture
def utterance() -> Utterance:
    return Utterance(np.zeros(16_000, np.float32), WORDS, TIMES_S)


def test_a_constant_bias_is_reported_and_taken_off(utterance: Utterance) -> None:
    row = Errors.of(Late(0.06), [utterance], unspoilt).row()

    assert row == "60.0 | 60.0 | 60.0 | 100.0 % | +60.0 | 0.0 | 0.0 | 60.0 | 4 | 0 | 1 |"
    assert row.count("|") == TRUTH_HEAD[0].count("|") - 3


def test_lost_words_count_as_lost_and_not_as_errors(utterance: Utterance) -> None:
    partly = Errors.of(Late(0.01, lost=2), [utterance], unspoilt).row()
    wholly = Errors.of(Deaf(), [utterance], unspoilt).row()

    assert partly.endswith("| 4 | 1 | 1 |")
    assert partly.startswith("10.0 ")
    assert wholly == "– | – | – | – | – | – | – | – | 4 | 4 | 1 |"


def test_noise_is_ten_decibels_under_the_speech() -> None:
    speech = np.sin(np.arange(16_000) / 7).astype(np.float32)

    noise = noisy(speech) - speech

    assert 10 * np.log10(np.mean(speech**2) / np.mean(noise**2)) == pytest.approx(10, abs=0.2)


def test_two_aligners_agreement_is_measured_where_both_found_the_word(tmp_path: Path) -> None:
    (tmp_path / "transcription").write_text("<s> he was not an </s> (clip)\n")
    with wave.open(str(tmp_path / "clip.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(32_000))

    table = list(agreement_table({"a": Late(0.0), "b": Late(0.02, lost=1)}, tmp_path))

    assert table[:2] == list(AGREEMENT_HEAD)
    assert table[2] == "| a – b | 20.0 | 20.0 | 20.0 | -20.0 | 0.0 | 3 |"
