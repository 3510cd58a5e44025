"""Calibrates an aligner: turns its costs into the probability that a word was placed right.

`python -m mini.calibrate ALIGNER_FOLDER SPEECH_FOLDER...` writes `calibration.json` beside the
aligner (`wordlight.alignment.Calibration`) and prints two tables. The aligner was not trained on
these sentences. The calibration is fitted on half of the texts and reported on the other half. Each
utterance is aligned three times: with its own words, with one word changed, and with the words of
another sentence.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from enum import IntEnum
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mini.clips import Clip, held_out_clips
from mini.evaluate_alignment import Utterance
from mini.substitutes import as_long, change_word
from wordlight.alignment import (
    Alphabet,
    Calibration,
    FrameGrid,
    Recognition,
    align_tokens,
    evidence,
    features,
    frame_levels_db,
    spell_words,
)

NEAR_S = 0.1
"""A word is placed right if it is placed within this distance of its true start."""
QUIETEST_DB = -20.0
NOISY_SHARE, NOISE_DB = 0.25, (12.0, 30.0)
"""The share of utterances that get noise, and the range of the noise's level below the speech."""
RIDGE, ITERATIONS = 1e-3, 25
DOUBTED = 0.5
EDGES = (0.0, 0.2, 0.5, 0.8, 0.9, 0.97, 1.0)
RELIABILITY_HEAD = ("| predicted | words | mean prediction | placed right |", "|---|---|---|---|")
KINDS_HEAD = ("| words | how many | placed right | under 0.5 |", "|---|---|---|---|")


class Kind(IntEnum):
    """Where a word comes from."""

    RIGHT = 0
    BESIDE = 1
    CHANGED = 2
    FOREIGN = 3


SHARES = {Kind.RIGHT: 0.45, Kind.BESIDE: 0.35, Kind.CHANGED: 0.08, Kind.FOREIGN: 0.12}
"""The assumed share of each kind among all words that an aligner is given."""
NAMES = {
    Kind.RIGHT: "of the sentence that is said",
    Kind.BESIDE: "beside a changed word",
    Kind.CHANGED: "changed",
    Kind.FOREIGN: "of another sentence",
}


@dataclass(frozen=True, slots=True)
class Forced:
    """Words as an aligner was made to place them. All arrays are (n_words,).

    Costs are in nepers per letter.
    """

    costs: NDArray[np.float64]
    n_letters: NDArray[np.int64]
    starts_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Examples:
    """Placed words: ``features`` (n, 5), ``is_right`` (n,) and ``kinds`` (n,)."""

    features: NDArray[np.float64]
    is_right: NDArray[np.bool_]
    kinds: NDArray[np.int64]

    @classmethod
    def of(cls, forced: Forced, is_right: NDArray[np.bool_], kind: Kind) -> Examples:
        """The words of one utterance, which are all of one kind."""
        kinds = np.full(len(is_right), kind, np.int64)
        return cls(features(forced.costs, forced.n_letters), is_right, kinds)

    @classmethod
    def join(cls, parts: Sequence[Examples]) -> Examples:
        """The words of all parts."""
        return cls(
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.is_right for part in parts]),
            np.concatenate([part.kinds for part in parts]),
        )

    def take(self, chosen: NDArray[np.bool_]) -> Examples:
        """The examples that ``chosen`` (n,) marks."""
        return Examples(self.features[chosen], self.is_right[chosen], self.kinds[chosen])

    @property
    def weights(self) -> NDArray[np.float64]:
        """The (n,) weights that give each kind its share of the whole."""
        weights = np.zeros(len(self.kinds))
        for kind, share in SHARES.items():
            is_kind = self.kinds == kind
            weights[is_kind] = share * len(self.kinds) / max(1, np.count_nonzero(is_kind))
        return weights


@dataclass(frozen=True, slots=True)
class Ear:
    """An aligner. ``emit`` returns the (n_frames, n_labels) log-probabilities of each clip."""

    emit: Callable[[Sequence[NDArray[np.float32]]], list[NDArray[np.float32]]]
    alphabet: Alphabet
    grid: FrameGrid

    def force(
        self, audio: NDArray[np.float32], texts: Sequence[Sequence[str]]
    ) -> list[Forced | None]:
        """Each text's words aligned with the same audio, or None if the audio is too short."""
        (log_probs,) = self.emit([audio])
        levels = frame_levels_db(audio, len(log_probs), self.grid)
        recognition = Recognition.of(log_probs, levels, self.alphabet)
        return [self._force(log_probs, recognition, words) for words in texts]

    def _force(
        self, log_probs: NDArray[np.float32], recognition: Recognition, words: Sequence[str]
    ) -> Forced | None:
        spelling = spell_words([[word] for word in words], self.alphabet)
        spans = align_tokens(log_probs, spelling.tokens, spelling.is_optional, self.alphabet.blank)
        if spans is None:
            return None
        costs = evidence(recognition, 0, spelling, spans)
        starts = spans.starts[[word.start for word in spelling.words]]
        n_letters = np.array([len(word) for word in spelling.words], np.int64)
        return Forced(costs, n_letters, self.grid.edges_s(starts))


def examples(
    ear: Ear, utterances: Sequence[Utterance], vocabulary: Sequence[str], rng: np.random.Generator
) -> Examples:
    """Every utterance aligned with its own words, with one of them changed, and with another's."""
    parts = []
    for i, utterance in enumerate(utterances):
        words, true_s = utterance.words, utterance.times_s[:, 0]
        other = utterances[(i + int(rng.integers(1, len(utterances)))) % len(utterances)]
        changed, place = change_word(words, vocabulary, rng)
        right, beside, foreign = ear.force(
            spoil(utterance.audio, rng), [words, changed, as_long(other.words, words)]
        )
        if right is not None:
            near = np.abs(right.starts_s - true_s) < NEAR_S
            parts.append(Examples.of(right, near, Kind.RIGHT))
        if beside is not None and place is not None:
            is_changed = np.arange(len(words)) == place
            near = (np.abs(beside.starts_s - true_s) < NEAR_S) & ~is_changed
            parts.append(Examples.of(beside, near, Kind.BESIDE).take(~is_changed))
            parts.append(Examples.of(beside, near, Kind.CHANGED).take(is_changed))
        if foreign is not None:
            never = np.zeros(len(foreign.costs), np.bool_)
            parts.append(Examples.of(foreign, never, Kind.FOREIGN))
    return Examples.join(parts)


def spoil(audio: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """The audio made quieter by up to 20 dB, and sometimes with white noise."""
    spoilt = audio * 10 ** (rng.uniform(QUIETEST_DB, 0.0) / 20)
    if rng.random() < NOISY_SHARE:
        level = np.sqrt(np.mean(spoilt**2)) * 10 ** (-rng.uniform(*NOISE_DB) / 20)
        spoilt = spoilt + level * rng.standard_normal(len(audio))
    return np.asarray(spoilt, np.float32)


def fit(given: Examples) -> Calibration:
    """The coefficients of greatest likelihood, by Newton's method; kinds weigh by their shares."""
    weighed, weights = given.features, given.weights
    coefficients = np.zeros(weighed.shape[1])
    ridge = RIDGE * np.eye(len(coefficients))
    for _ in range(ITERATIONS):
        predicted = _probabilities(weighed, coefficients)
        slope = weighed.T @ (weights * (given.is_right - predicted)) - ridge @ coefficients
        bend = weights * predicted * (1 - predicted)
        coefficients += np.linalg.solve((weighed * bend[:, None]).T @ weighed + ridge, slope)
    return Calibration(*map(float, coefficients))


def predict(calibration: Calibration, given: Examples) -> NDArray[np.float64]:
    """The (n,) probabilities that each word was placed right."""
    return _probabilities(given.features, np.array(astuple(calibration)))


def _probabilities(
    weighed: NDArray[np.float64], coefficients: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-weighed @ coefficients)))


def reliability_table(predicted: NDArray[np.float64], given: Examples) -> Iterator[str]:
    """The rows of a table: for each range of predictions, how often words were placed right.

    Kinds weigh by their shares.
    """
    yield from RELIABILITY_HEAD
    weights = given.weights
    for low, high in pairwise(EDGES):
        inside = (predicted >= low) & (predicted < high if high < 1 else predicted <= 1)
        if inside.any():
            mean = np.average(predicted[inside], weights=weights[inside])
            true = np.average(given.is_right[inside], weights=weights[inside])
            n_words = np.count_nonzero(inside)
            yield f"| {low:g} to {high:g} | {n_words} | {mean:.3f} | {true:.3f} |"


def kinds_table(predicted: NDArray[np.float64], given: Examples) -> Iterator[str]:
    """The rows of a table: of each kind of word, how many are placed right and how many doubted."""
    yield from KINDS_HEAD
    for kind, name in NAMES.items():
        is_kind = given.kinds == kind
        if is_kind.any():
            right, doubted = given.is_right[is_kind].mean(), (predicted[is_kind] < DOUBTED).mean()
            n_words = np.count_nonzero(is_kind)
            yield f"| {name} | {n_words} | {right:.1%} | {doubted:.1%} |"


def halves(clips: Sequence[Clip]) -> tuple[list[Utterance], list[Utterance]]:
    """The utterances to fit on and those to report on; no text is in both halves."""
    known = [clip for clip in clips if clip.words()]
    first = set(sorted({clip.text for clip in known})[::2])
    return (
        [Utterance.of(clip) for clip in known if clip.text in first],
        [Utterance.of(clip) for clip in known if clip.text not in first],
    )


def main() -> None:
    """Read the command line, write the calibration, print the tables."""
    import torch

    from wordlight.alignment import quiet_libraries
    from wordlight.alignment.networks import Aligner

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("aligner", type=Path)
    parser.add_argument("speech", type=Path, nargs="+")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    quiet_libraries()
    torch.set_num_threads(arguments.threads)
    rng = np.random.default_rng(arguments.seed)
    aligner = Aligner.load("en", arguments.aligner, "cpu")
    ear = Ear(aligner.emit, aligner.alphabet, aligner.grid)
    to_fit, to_report = halves(list(held_out_clips(arguments.speech)))
    vocabulary = sorted({word for u in (*to_fit, *to_report) for word in u.words})
    calibration = fit(examples(ear, to_fit, vocabulary, rng))
    calibration.write(arguments.aligner)
    reported = examples(ear, to_report, vocabulary, rng)
    predicted = predict(calibration, reported)
    print(f"{calibration}\n{len(to_fit)} utterances to fit, {len(to_report)} to report\n")
    for line in (*reliability_table(predicted, reported), "", *kinds_table(predicted, reported)):
        print(line)


if __name__ == "__main__":
    main()
