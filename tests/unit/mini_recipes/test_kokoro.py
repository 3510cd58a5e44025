"""Voices that are drawn: around those they are drawn from, each by its number."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from mini.kokoro import (
    N_SENTENCES_OF_DRAWN,
    N_TIMBRE,
    STYLE_WIDTH,
    TIMBRE_SPREAD,
    drawn_style,
    drawn_tasks,
)
from mini.sentences import Sentence

N_VOICES, N_LENGTHS = 24, 3
LONG = "a sentence that is long enough to be said, number"


@pytest.fixture
def styles() -> np.ndarray:
    spread = np.linspace(0.1, 2.0, STYLE_WIDTH)
    shape = (N_VOICES, N_LENGTHS, STYLE_WIDTH)
    return (5.0 + spread * np.random.default_rng(7).normal(size=shape)).astype(np.float32)


def test_drawn_voices_have_the_mean_of_the_given_ones_and_a_wider_timbre(
    styles: np.ndarray,
) -> None:
    drawn = np.stack([drawn_style(styles, number) for number in range(1000)])

    away = (drawn.mean(0) - styles.mean(0)) / styles.std(0)
    ratio = drawn.std(0) / styles.std(0)
    assert np.abs(away).max() < 0.2
    np.testing.assert_allclose(ratio[:, :N_TIMBRE], TIMBRE_SPREAD, rtol=0.12)
    np.testing.assert_allclose(ratio[:, N_TIMBRE:], 1.0, rtol=0.12)
    assert drawn.dtype == np.float32


def test_timbre_leaves_what_the_given_voices_span_and_prosody_does_not(
    styles: np.ndarray,
) -> None:
    mean = styles[:, 0].mean(0)
    away, basis = drawn_style(styles, 0)[0] - mean, styles[:, 0] - mean

    def beside(part: slice) -> float:
        found = np.linalg.lstsq(basis[:, part].T, away[part], rcond=None)[0]
        rest = away[part] - basis[:, part].T @ found
        return float(np.linalg.norm(rest) / np.linalg.norm(away[part]))

    assert 0.5 < beside(slice(0, N_TIMBRE)) < 0.85
    assert beside(slice(N_TIMBRE, STYLE_WIDTH)) < 1e-4


def test_a_number_is_one_voice_at_every_length(styles: np.ndarray) -> None:
    styles[:, 1] = styles[:, 0]

    one, again, other = (drawn_style(styles, number) for number in (3, 3, 4))

    assert np.array_equal(one, again)
    np.testing.assert_allclose(one[1], one[0], rtol=1e-6)
    assert not np.allclose(one, other)


def test_each_drawn_voice_says_four_sentences_none_of_them_held_out() -> None:
    sentences = [Sentence(f"{LONG} {i}", f"{LONG} {i}", i % 3 == 0) for i in range(40)]
    sentences.append(Sentence("too short", "too short", is_held_out=False))

    turns = list(islice(drawn_tasks(sentences), 20))

    voices = [voice for _, voice in turns]
    assert N_SENTENCES_OF_DRAWN == 4
    assert voices[:5] == ["drawn_0000"] * 4 + ["drawn_0001"]
    assert voices.count("drawn_0002") == 4
    assert not any(sentence.is_held_out or "short" in sentence.text for sentence, _ in turns)
    assert len({sentence.text for sentence, _ in turns}) == 20
