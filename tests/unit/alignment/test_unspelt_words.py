"""Words that the aligner cannot spell are timed by their neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from alignment.reader import NEAR_S, Reader
from alignment.recordings import read

PARIS = (
    "We met at the station in Paris on a rainy morning. She carried a small red suitcase. "
    "The train was late again."
)


@pytest.mark.parametrize(
    ("spelt", "unspelt"),
    [
        ("Paris", "巴黎"),
        ("station", "駅"),
        ("train", "поезд"),
        ("rainy", "βροχερό"),
    ],
)
def test_a_word_that_cannot_be_spelt_is_the_sound_between_those_that_can(
    reader: Reader, spelt: str, unspelt: str
) -> None:
    samples, rate_hz = read("paris")
    at = PARIS.split().index(spelt)

    in_letters = reader.time(samples, PARIS, rate_hz)
    found = reader.time(samples, PARIS.replace(spelt, unspelt), rate_hz)

    assert found.origins[at] == "interpolated"
    assert found.starts[at] == pytest.approx(in_letters.starts[at], abs=NEAR_S)
    assert found.ends[at] == pytest.approx(in_letters.ends[at], abs=NEAR_S)
    assert 0 < found.scores[at] <= 0.5
    assert np.delete(found.starts, at) == pytest.approx(np.delete(in_letters.starts, at), abs=0.05)
    assert found.warnings == ""


@pytest.mark.parametrize(
    "foreign", ["巴黎", "Это красный чемодан.", "これは赤いスーツケースです。"]
)
def test_foreign_words_that_nobody_says_take_nothing_from_those_that_are_said(
    reader: Reader, foreign: str
) -> None:
    samples, rate_hz = read("paris")
    words = PARIS.split()

    plain = reader.time(samples, PARIS, rate_hz)
    found = reader.time(samples, " ".join([*words[:11], foreign, *words[11:]]), rate_hz)

    n_foreign = len(found.words) - len(words)
    assert found.is_spoken == [True] * 11 + [False] * n_foreign + [True] * 11
    assert [*found.starts[:11], *found.starts[11 + n_foreign :]] == pytest.approx(
        plain.starts.tolist(), abs=0.05
    )
    assert "nobody says" in found.warnings


def test_a_script_that_cannot_be_spelt_is_not_found_and_said_so(reader: Reader) -> None:
    samples, rate_hz = read("paris")

    found = reader.time(samples, "Мы встретились на вокзале в Париже дождливым утром.", rate_hz)

    assert (found.scores == 0).all()
    assert found.warnings == (
        "the aligner for 'en' can spell none of the script's words, which seem to be in 'ru'"
    )
