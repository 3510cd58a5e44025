"""The compiled trellis against brute force, and against whisperX on the same emissions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wordlight.alignment import align_tokens
from wordlight.alignment._viterbi import WILDCARD

from .synthetic import peaky_emissions

BLANK = 0


def emissions_of(seed: int, n_frames: int, n_labels: int) -> NDArray[np.float32]:
    logits = np.random.default_rng(seed).normal(0, 3, (n_frames, n_labels))
    return (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))).astype(np.float32)


def path_score(
    log_probs: NDArray[np.float32], tokens: NDArray[np.int64], starts: NDArray[np.int64]
) -> float:
    """Log-probability of the path on which the tokens with a frame start at ``starts``."""
    wild = np.delete(log_probs, BLANK, axis=1).max(axis=1)
    stops = [*starts[1:], len(log_probs)]
    total = float(log_probs[: starts[0], BLANK].sum())
    for token, start, stop in zip(tokens, starts, stops, strict=True):
        own = wild if token == WILDCARD else log_probs[:, token]
        total += float(own[start])
        total += float(np.maximum(own, log_probs[:, BLANK])[start + 1 : stop].sum())
    return total


def best_score(
    log_probs: NDArray[np.float32], tokens: NDArray[np.int64], is_optional: NDArray[np.bool_]
) -> float:
    """The best score of every choice of kept tokens and of their first frames."""
    choices = [(True, False) if optional else (True,) for optional in is_optional]
    return max(
        path_score(log_probs, tokens[np.array(kept)], np.array(starts))
        for kept in itertools.product(*choices)
        for starts in itertools.combinations(range(len(log_probs)), sum(kept))
        if any(kept)
    )


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 7), st.integers(1, 3), st.booleans(), st.booleans())
def test_the_path_found_is_the_best_of_all_paths(
    seed: int, n_frames: int, n_words: int, has_gaps: bool, has_wildcard: bool
) -> None:
    random = np.random.default_rng(seed)
    tokens, is_optional = [], []
    for _ in range(n_words):
        if has_gaps:
            tokens.append(1)
            is_optional.append(True)
        tokens.append(WILDCARD if has_wildcard and random.random() < 0.3 else random.integers(2, 5))
        is_optional.append(False)
    labels, optional = np.array(tokens, dtype=np.int64), np.array(is_optional)
    log_probs = emissions_of(seed, n_frames, 5)

    found = align_tokens(log_probs, labels, optional, BLANK)

    if n_frames < n_words:
        assert found is None
        return
    assert found is not None
    kept = found.ends > found.starts
    assert kept[~optional].all()
    score = path_score(log_probs, labels[kept], found.starts[kept])
    assert score == pytest.approx(best_score(log_probs, labels, optional), abs=1e-4)


def test_long_sums_keep_their_precision() -> None:
    n_frames, n_tokens = 20_000, 3_000
    random = np.random.default_rng(3)
    starts = np.sort(random.choice(n_frames, n_tokens, replace=False)).astype(np.int64)
    tokens = random.integers(1, 30, n_tokens)
    log_probs = peaky_emissions(tokens, starts, n_frames, 30, peak=0.6)

    found = align_tokens(log_probs, tokens, np.zeros(n_tokens, dtype=np.bool_), BLANK)

    assert found is not None
    assert np.array_equal(found.starts, starts)


def test_silence_after_a_token_is_not_the_tokens_own() -> None:
    tokens, starts = np.array([1, 2]), np.array([2, 6])
    log_probs = peaky_emissions(tokens, starts, 10, 4, peak=0.9)
    log_probs[[3, 4], 0], log_probs[[3, 4], 1] = np.log(0.2), np.log(0.7)

    found = align_tokens(log_probs, tokens, np.zeros(2, dtype=np.bool_), BLANK)

    assert found is not None
    assert found.starts.tolist() == [2, 6]
    assert found.ends.tolist() == [5, 7]
    assert found.stops.tolist() == [6, 10]


def test_an_optional_token_that_is_nowhere_takes_no_frame() -> None:
    tokens, heard = np.array([1, 2, 1, 3, 1]), np.array([2, 3])
    log_probs = peaky_emissions(heard, np.array([1, 2]), 5, 4, peak=0.97)
    optional = tokens == 1

    found = align_tokens(log_probs, tokens, optional, BLANK)

    assert found is not None
    assert found.starts[~optional].tolist() == [1, 2]
    assert (found.ends - found.starts).tolist() == [0, 1, 0, 1, 0]


def test_minus_infinity_and_too_few_frames_are_no_accident() -> None:
    log_probs = np.full((3, 4), -np.inf, dtype=np.float32)
    none_optional = np.zeros(3, dtype=np.bool_)

    enough = align_tokens(log_probs, np.array([1, 2, 3]), none_optional, BLANK)
    too_few = align_tokens(log_probs[:2], np.array([1, 2, 3]), none_optional, BLANK)
    nothing = align_tokens(log_probs[:0], np.array([1]), np.ones(1, dtype=np.bool_), BLANK)

    assert enough is not None
    assert enough.starts.tolist() == [0, 1, 2]
    assert too_few is None
    assert nothing is None


@pytest.mark.parametrize("seed", range(8))
def test_times_are_whisperxs_own_within_a_frame(seed: int) -> None:
    torch = pytest.importorskip("torch")
    alignment = pytest.importorskip("whisperx.alignment")
    random = np.random.default_rng(seed)
    n_frames, n_tokens, n_labels = 1_500, 320, 32
    starts = np.sort(random.choice(n_frames - 2, n_tokens, replace=False)).astype(np.int64)
    tokens = random.integers(1, n_labels, n_tokens)
    log_probs = peaky_emissions(tokens, starts, n_frames, n_labels, peak=0.9)
    log_probs += random.normal(0, 0.3, log_probs.shape).astype(np.float32)
    emission = torch.from_numpy(log_probs)

    trellis = alignment.get_trellis(emission, tokens.tolist(), BLANK)
    path = alignment.backtrack(trellis, emission, tokens.tolist(), BLANK)
    theirs = alignment.merge_repeats(path, "x" * n_tokens)
    ours = align_tokens(log_probs, tokens, np.zeros(n_tokens, dtype=np.bool_), BLANK)

    assert ours is not None
    away = np.abs(ours.starts - np.array([segment.start for segment in theirs]))
    assert away.max() <= 1
    # whisperX stops at the best frame, so that its last token is cut short.
    away = np.abs(ours.stops - np.array([segment.end for segment in theirs]))[:-1]
    assert away.max() <= 1
