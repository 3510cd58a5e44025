"""What an aligner's scores are fitted to, and whether the fit says the truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from mini.calibrate import (
    KINDS_HEAD,
    RELIABILITY_HEAD,
    SHARES,
    Ear,
    Examples,
    Kind,
    examples,
    fit,
    halves,
    kinds_table,
    predict,
    reliability_table,
    spoil,
)
from mini.clips import Clip
from mini.evaluate_alignment import Utterance
from mini.substitutes import as_long, change_word
from numpy.typing import NDArray

from wordlight.alignment import Alphabet, Calibration, FrameGrid, features

ALPHABET = Alphabet({letter: i for i, letter in enumerate("abcdefgh", start=2)}, 0, 1)
FRAMES_A_LETTER = 4
HOP_SAMPLES = FrameGrid().hop_samples


class Recogniser:
    """An aligner that recognises the words it was given, whatever the samples are."""

    def __init__(self, words: Sequence[str]) -> None:
        tokens = [label for word in words for label in [*ALPHABET.spell(word), 1]]
        self.n_frames = FRAMES_A_LETTER * (len(tokens) + 2)
        self._probabilities = np.full((self.n_frames, 10), 0.005)
        self._probabilities[:, 0] = 0.955
        for i, token in enumerate(tokens):
            self._probabilities[FRAMES_A_LETTER * (i + 1), [0, token]] = 0.005, 0.955

    def emit(self, clips: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        heard = np.log(self._probabilities).astype(np.float32)
        return [heard[: FrameGrid().n_frames(len(clip))] for clip in clips]


def utterance(words: list[str]) -> Utterance:
    """The words as the recogniser hears them."""
    n_letters = np.array([len(word) + 1 for word in words])
    first = FRAMES_A_LETTER * (1 + np.cumsum([0, *n_letters[:-1]]))
    starts_s = first * HOP_SAMPLES / 16_000
    audio = np.random.default_rng(0).normal(0, 0.1, Recogniser(words).n_frames * HOP_SAMPLES + 80)
    return Utterance(audio.astype(np.float32), words, np.stack([starts_s, starts_s + 0.1], 1))


def synthetic(n_words: int, truth: Calibration, seed: int) -> Examples:
    """Words that are as often right as the calibration says, all of one kind."""
    rng = np.random.default_rng(seed)
    costs, n_letters = rng.uniform(-0.5, 4.0, n_words), rng.integers(1, 12, n_words)
    is_right = rng.random(n_words) < truth.probabilities(costs, n_letters)
    return Examples(features(costs, n_letters), is_right, np.full(n_words, Kind.RIGHT))


def test_the_fit_finds_what_the_words_were_drawn_from() -> None:
    truth = Calibration(3.0, -1.0, -0.5, -1.5, 0.25)

    fitted = fit(synthetic(40_000, truth, 0))

    drawn = synthetic(2_000, truth, 1)
    assert predict(fitted, drawn) == pytest.approx(predict(truth, drawn), abs=0.03)


def test_every_kind_has_its_share_however_many_words_it_has() -> None:
    kinds = np.array([Kind.RIGHT] * 5 + [Kind.BESIDE] * 3 + [Kind.CHANGED] + [Kind.FOREIGN] * 11)
    given = Examples(np.zeros((20, 5)), np.zeros(20, np.bool_), kinds)

    shares = {kind: given.weights[kinds == kind].sum() / 20 for kind in Kind}

    assert sum(SHARES.values()) == pytest.approx(1.0)
    assert shares == pytest.approx(SHARES)


def test_words_are_right_where_they_are_said_and_changed_and_foreign_ones_never_are() -> None:
    words = ["abcde", "fgh", "hgfedcba"]
    spoken, other = utterance(words), utterance(["gggg", "hhhh"])
    ear = Ear(Recogniser(words).emit, ALPHABET, FrameGrid())

    found = examples(ear, [spoken, other], ["abbba", "hfhfhfhf"], np.random.default_rng(0))

    of_spoken = slice(0, 3 + 2 + 1)
    assert found.kinds[of_spoken].tolist() == [*[Kind.RIGHT] * 3, *[Kind.BESIDE] * 2, Kind.CHANGED]
    assert found.is_right[of_spoken].tolist() == [True] * 5 + [False]
    assert not found.is_right[found.kinds == Kind.FOREIGN].any()
    costs = found.features[:, 1]
    assert costs[:5].max() < costs[found.kinds == Kind.CHANGED].min()


def test_one_long_word_is_changed_into_another_of_about_its_length() -> None:
    rng = np.random.default_rng(0)
    vocabulary = ["no", "bread", "stones", "circumstance"]

    for _ in range(20):
        changed, place = change_word(["a", "stone", "is"], vocabulary, rng)

        assert place == 1
        assert changed[1] in ("bread", "stones")
        assert changed[::2] == ["a", "is"]
    assert change_word(["a", "is"], vocabulary, rng) == (["a", "is"], None)
    assert change_word(["stone"], ["no"], rng) == (["stone"], None)


def test_another_sentence_has_about_as_many_letters() -> None:
    measure = ["unless", "to", "be", "rather"]

    found = as_long(["so", "it", "goes"], measure)

    assert abs(sum(map(len, found)) - sum(map(len, measure))) <= 4


def test_a_spoilt_utterance_is_quieter_and_never_louder() -> None:
    audio = np.sin(np.arange(16_000) / 7).astype(np.float32)
    rng = np.random.default_rng(0)

    levels = [np.sqrt(np.mean(spoil(audio, rng) ** 2) / np.mean(audio**2)) for _ in range(50)]

    assert 0.09 < min(levels) < 0.2
    assert max(levels) <= 1.05


def test_the_tables_hold_predictions_against_truth() -> None:
    kinds = np.array([Kind.RIGHT, Kind.RIGHT, Kind.CHANGED, Kind.FOREIGN])
    given = Examples(np.zeros((4, 5)), np.array([True, True, False, False]), kinds)
    predicted = np.array([0.99, 0.4, 0.6, 0.1])

    assert list(reliability_table(predicted, given)) == [
        *RELIABILITY_HEAD,
        "| 0 to 0.2 | 1 | 0.100 | 0.000 |",
        "| 0.2 to 0.5 | 1 | 0.400 | 1.000 |",
        "| 0.5 to 0.8 | 1 | 0.600 | 0.000 |",
        "| 0.97 to 1 | 1 | 0.990 | 1.000 |",
    ]
    assert list(kinds_table(predicted, given)) == [
        *KINDS_HEAD,
        "| of the sentence that is said | 2 | 100.0% | 50.0% |",
        "| changed | 1 | 0.0% | 0.0% |",
        "| of another sentence | 1 | 0.0% | 100.0% |",
    ]


def test_no_text_is_both_to_fit_and_to_report() -> None:
    clips = [
        Clip(
            text,
            "af_kore",
            True,
            False,
            np.full(24_000, 20_000, np.int16),
            np.array([20, 21, 16, 22, 5], np.uint8),
            np.linspace(0, 24_000, 6).astype(np.int32),
        )
        for text in ("so it", "it goes", "so it", "and on", "no more", "no more")
    ]

    to_fit, to_report = halves(clips)

    first, second = ({" ".join(u.words) for u in half} for half in (to_fit, to_report))
    assert len(to_fit) + len(to_report) == 6
    assert first | second == {"so it", "it goes", "and on", "no more"}
    assert not first & second


def test_what_is_fitted_is_what_the_aligner_reads(tmp_path: Path) -> None:
    fitted = fit(synthetic(2_000, Calibration(), 0))

    fitted.write(tmp_path)

    read = Calibration.read(tmp_path)
    costs, n_letters = np.linspace(0, 3, 9), np.full(9, 5)
    assert read.probabilities(costs, n_letters) == pytest.approx(
        fitted.probabilities(costs, n_letters), abs=1e-3
    )
