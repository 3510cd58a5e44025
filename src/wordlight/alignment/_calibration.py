"""The probability that a word is said, and that it is said where it was placed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._letters import Recognition
from wordlight.alignment._spelling import Spelling
from wordlight.alignment._viterbi import TokenSpans

CALIBRATION_FILE = "calibration.json"
"""The file beside an aligner's weights. An aligner without it uses the embedded one's figures."""
NEIGHBOURS = 4
"""Words on each side whose evidence counts too: if a whole sentence fits, its words are there. This
is about half a sentence. The calibration was fitted to it, so a change needs a new calibration."""
_LEAST, _MOST = -1.0, 6.0
"""Nepers per letter. Evidence outside these limits counts as the limit itself."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients of the logarithm of the odds that a word is where it was placed.

    ``own`` weighs the word's evidence, ``shared`` that of its neighbours, and ``length`` the square
    root of the word's number of letters. ``own_by_length`` weighs the product of the word's
    evidence and that root.
    """

    constant: float = 2.4218
    own: float = 2.3546
    own_by_length: float = -2.2541
    shared: float = -2.124
    length: float = 1.7563

    @classmethod
    def read(cls, folder: Path) -> Calibration:
        """The calibration beside an aligner's weights, else the embedded aligner's."""
        path = folder / CALIBRATION_FILE
        return cls(**json.loads(path.read_text())) if path.is_file() else cls()

    def write(self, folder: Path) -> None:
        """Writes the calibration beside an aligner's weights."""
        text = json.dumps({name: round(value, 4) for name, value in asdict(self).items()}, indent=2)
        (folder / CALIBRATION_FILE).write_text(text + "\n")

    def probabilities(
        self, evidence_per_letter: NDArray[np.float64], n_letters: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """The probability of each word, (n_words,), from its `evidence` and number of letters."""
        odds = features(evidence_per_letter, n_letters) @ np.array(
            [self.constant, self.own, self.own_by_length, self.shared, self.length]
        )
        probabilities: NDArray[np.float32] = (1.0 / (1.0 + np.exp(-odds))).astype(np.float32)
        return probabilities


def features(
    evidence_per_letter: NDArray[np.float64], n_letters: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The figures that `Calibration`'s coefficients weigh, (n_words, 5), in the same order."""
    own = np.clip(evidence_per_letter, _LEAST, _MOST)
    root = np.sqrt(np.minimum(n_letters, 12))
    return np.stack([np.ones_like(own), own, own * root, _around(own, n_letters), root], axis=1)


def evidence(
    recognition: Recognition,
    first_frame: int,
    spelling: Spelling,
    spans: TokenSpans,
) -> NDArray[np.float64]:
    """How much more each word costs in its place than anything else would.

    The result is (n_words,), in nepers per letter. A word that is said there costs about 0, any
    other word 2 or more. The frames in ``spans`` count from ``first_frame`` of the recognition.
    """
    tokens, words = spelling.tokens, spelling.words
    first, last = int(spans.starts[0]), int(spans.stops.max())
    frames = slice(first_frame + first, first_frame + last)
    token = np.repeat(np.arange(len(tokens)), spans.stops - spans.starts)
    own = recognition.letters[frames][np.arange(last - first), tokens[token]]
    is_entered = np.zeros(last - first, np.bool_)
    is_entered[spans.starts[spans.stops > spans.starts] - first] = True
    is_inner = np.ones(len(tokens), np.bool_)
    is_inner[[word.stop - 1 for word in words]] = False
    quiet = np.where(is_inner[token], recognition.within[frames], recognition.silence[frames])
    path = np.where(is_entered, own, np.maximum(own, quiet))
    costs = np.concatenate(
        [[0.0], np.cumsum(recognition.anything[frames] - path, dtype=np.float64)]
    )
    starts = spans.starts[[word.start for word in words]] - first
    stops = spans.stops[[word.stop - 1 for word in words]] - first
    n_letters = [np.count_nonzero(~spelling.is_separator[w.start : w.stop]) for w in words]
    per_letter: NDArray[np.float64] = (costs[stops] - costs[starts]) / n_letters
    return per_letter


def _around(own: NDArray[np.float64], n_letters: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean evidence of each word's neighbours, (n_words,), weighted by their letters.

    A word without neighbours has its own evidence here.
    """
    weights = np.concatenate([[0.0], np.cumsum(n_letters.astype(np.float64))])
    sums = np.concatenate([[0.0], np.cumsum(own * n_letters)])
    index = np.arange(len(own))
    low, high = np.maximum(index - NEIGHBOURS, 0), np.minimum(index + NEIGHBOURS + 1, len(own))
    total = weights[high] - weights[low] - n_letters
    around = sums[high] - sums[low] - own * n_letters
    return np.where(total > 0, around / np.maximum(total, 1.0), own)
