"""A word's score follows from what the word costs, by the aligner's calibration."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from alignment.synthetic import peaky_emissions
from wordlight.alignment import (
    Alphabet,
    Calibration,
    Recognition,
    align_tokens,
    evidence,
    features,
    spell_words,
)
from wordlight.alignment._calibration import CALIBRATION_FILE

ALPHABET = Alphabet(
    {letter: i for i, letter in enumerate("abcdefgh", start=2)}, blank=0, separator=1
)
N_FRAMES = 60
MINI = Path(__file__).parents[3] / "models" / "mini" / "aligner"


def costs(said: list[str], script: list[str], first_frame: int = 0) -> NDArray[np.float64]:
    """What the script costs on a recording in which a letter is said every third frame."""
    tokens = np.array([label for word in said for label in [*ALPHABET.spell(word), 1]])
    starts = 4 + 3 * np.arange(len(tokens))
    log_probs = peaky_emissions(tokens, starts, N_FRAMES, 10, 0.95)
    recognition = Recognition.of(log_probs, np.linspace(-30.0, -20.0, N_FRAMES), ALPHABET)
    spelling = spell_words([[word] for word in script], ALPHABET)
    spans = align_tokens(log_probs[first_frame:], spelling.tokens, spelling.is_optional, 0)
    assert spans is not None
    return evidence(recognition, first_frame, spelling, spans)


def test_the_words_that_are_said_cost_nothing_and_others_do() -> None:
    right = costs(["abc", "de"], ["abc", "de"])
    wrong = costs(["abc", "de"], ["fgh", "gf"])

    assert (right < 0.1).all()
    assert (wrong > 1.0).all()


def test_a_wrong_letter_costs_its_share_of_the_word_and_the_word_beside_it_nothing() -> None:
    right, wrong = costs(["abc", "de"], ["abc", "de"]), costs(["abc", "de"], ["abf", "de"])

    assert wrong[0] > right[0] + 0.5
    assert wrong[0] < costs(["abc", "de"], ["fgh", "de"])[0]
    assert wrong[1] == pytest.approx(right[1], abs=0.05)


def test_a_written_words_spoken_ones_are_weighed_by_their_letters_alone() -> None:
    tokens = np.array([label for word in ("fgh", "gfd") for label in [*ALPHABET.spell(word), 1]])
    log_probs = peaky_emissions(tokens, 4 + 3 * np.arange(len(tokens)), N_FRAMES, 10, 0.95)
    recognition = Recognition.of(log_probs, np.linspace(-30.0, -20.0, N_FRAMES), ALPHABET)
    spelling = spell_words([["abc", "de"]], ALPHABET)
    spans = align_tokens(log_probs, spelling.tokens, spelling.is_optional, 0)
    assert spans is not None

    found = evidence(recognition, 0, spelling, spans)
    without = replace(spelling, is_separator=np.zeros(len(spelling.tokens), np.bool_))

    assert found * 5 == pytest.approx(evidence(recognition, 0, without, spans) * 6)


def test_a_run_that_begins_later_is_weighed_on_its_own_frames() -> None:
    assert costs(["abc", "de"], ["abc", "de"], 3) == pytest.approx(
        costs(["abc", "de"], ["abc", "de"])
    )


def test_a_calibration_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = Calibration(3.5, 2.25, -2.0, -2.125, 1.0)

    written.write(tmp_path)

    assert Calibration.read(tmp_path) == written
    assert list(json.loads((tmp_path / CALIBRATION_FILE).read_text())) == [
        "constant",
        "own",
        "own_by_length",
        "shared",
        "length",
    ]


def test_an_aligner_without_a_calibration_has_the_default_one(tmp_path: Path) -> None:
    assert Calibration.read(tmp_path) == Calibration()


def test_the_default_calibration_is_the_embedded_aligners() -> None:
    assert Calibration() == Calibration.read(MINI)


@pytest.mark.parametrize("calibration", [Calibration(), Calibration.read(MINI)])
def test_a_word_is_the_less_probable_the_more_it_and_its_neighbours_cost(
    calibration: Calibration,
) -> None:
    n_letters = np.full(9, 5)
    falling = [
        calibration.probabilities(np.full(9, cost), n_letters)[4] for cost in np.arange(0, 4, 0.25)
    ]
    beside = np.full(9, 0.3)
    beside[4] = 3.0

    one_wrong = calibration.probabilities(beside, n_letters)

    assert np.all(np.diff(falling) < 0)
    assert falling[0] > 0.95
    assert falling[-1] < 0.05
    assert one_wrong[4] < one_wrong[0] <= falling[1]


def test_a_neighbour_counts_by_its_letters_and_a_word_alone_for_itself() -> None:
    alone = features(np.array([0.5]), np.array([4]))
    three = features(np.array([0.0, 1.0, 3.0]), np.array([1, 4, 3]))

    assert alone[0].tolist() == [1.0, 0.5, 1.0, 0.5, 2.0]
    assert three[1, 3] == pytest.approx((1 * 0.0 + 3 * 3.0) / 4)
    assert three[0, 3] == pytest.approx((4 * 1.0 + 3 * 3.0) / 7)


def test_words_far_away_do_not_count() -> None:
    near, far = np.zeros(12), np.zeros(12)
    near[4], far[5] = 3.0, 3.0

    assert features(near, np.full(12, 3))[0, 3] > 0
    assert features(far, np.full(12, 3))[0, 3] == 0.0


def test_no_words_have_no_scores() -> None:
    assert Calibration().probabilities(np.empty(0), np.empty(0, np.int64)).shape == (0,)
