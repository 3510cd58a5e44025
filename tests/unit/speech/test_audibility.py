"""A chunk that cannot be heard is spoken again, and given up at last."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wordlight.speech._audibility import is_audible, reseeded
from wordlight.speech.flow import Utterance

RATE_HZ, HOP = 24_000, 256


def tone(seconds: float, level: float = 0.1) -> NDArray[np.float32]:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (level * np.sin(2 * np.pi * 220 * times)).astype(np.float32)


def silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def utterance(seed: int, n_answer_frames: int = 94) -> Utterance:
    """One of about a second after a reference of ten frames."""
    return Utterance(
        reference_mel=torch.zeros(10, 100),
        tokens=torch.zeros(0, dtype=torch.int64),
        n_frames=10 + n_answer_frames,
        seed=seed,
        steps=4,
        cfg_strength=2.0,
        sway=-1.0,
    )


@pytest.mark.parametrize(
    ("wave", "expected_s", "is_heard"),
    [
        (silence(1.0), 1.0, False),
        (tone(1.0), 1.0, True),
        (tone(1.0, 0.01), 1.0, False),  # -43 dBFS
        (np.concatenate([silence(0.4), tone(0.3), silence(0.4)]), 1.1, True),
        (np.concatenate([silence(0.5), tone(0.1), silence(0.5)]), 1.1, False),
        (tone(0.05), 0.1, False),
        (tone(0.1), 0.1, True),
        (np.concatenate([tone(0.6), silence(7.0)]), 8.0, True),
        (tone(0.001), 0.1, False),
        (silence(0.0), 0.1, False),
    ],
)
def test_what_is_heard_is_loud_enough_for_long_enough(
    wave: NDArray[np.float32], expected_s: float, is_heard: bool
) -> None:
    assert is_audible(wave, expected_s, RATE_HZ) is is_heard


def test_other_seeds_are_far_from_those_of_the_chunks_around() -> None:
    seeds = [2**63 - 1]
    for _ in range(3):
        seeds.append(reseeded(utterance(seeds[-1])).seed)

    assert len(set(seeds)) == 4
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert min(abs(one - other) for one, other in pairwise(seeds)) > 10**6
