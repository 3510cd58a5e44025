"""A chunk that cannot be heard is spoken again, and given up at last."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wordlight.speech._sampler import Utterance
from wordlight.speech.audible import TIMES, is_audible, speak_audibly

RATE_HZ, HOP = 24_000, 256


def tone(seconds: float, level: float = 0.1) -> NDArray[np.float32]:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (level * np.sin(2 * np.pi * 220 * times)).astype(np.float32)


def silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def utterance(seed: int, n_answer_frames: int = 94) -> Utterance:
    """One of about a second after a reference of ten frames."""
    return Utterance(
        reference_mel=torch.zeros(10, 100), tokens=torch.zeros(0, dtype=torch.int64),
        n_frames=10 + n_answer_frames, seed=seed, steps=4, cfg_strength=2.0, sway=-1.0,
    )  # fmt: skip


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


def test_only_what_was_silent_is_spoken_again_each_time_with_another_seed() -> None:
    spoken: list[list[int]] = []

    def speak(utterances: Sequence[Utterance]) -> list[NDArray[np.float32]]:
        spoken.append([one.seed for one in utterances])
        return [tone(1.0) if one.seed in (1, 3) or len(spoken) == 2 else silence(1.0)
                for one in utterances]  # fmt: skip

    waves = speak_audibly([utterance(1), utterance(2), utterance(3)], speak, HOP, RATE_HZ)

    assert all(wave is not None and wave.any() for wave in waves)
    assert spoken[0] == [1, 2, 3]
    (again,) = spoken[1:]
    assert len(again) == 1
    assert again[0] not in range(1_000)


def test_what_stays_silent_is_given_up_after_the_same_seeds_every_time() -> None:
    def attempts() -> tuple[list[int], list[NDArray[np.float32] | None]]:
        seeds: list[int] = []

        def speak(utterances: Sequence[Utterance]) -> list[NDArray[np.float32]]:
            seeds.extend(one.seed for one in utterances)
            return [silence(1.0) for _ in utterances]

        return seeds, speak_audibly([utterance(2**63 - 1)], speak, HOP, RATE_HZ)

    seeds, waves = attempts()

    assert waves == [None]
    assert len(set(seeds)) == TIMES
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert attempts()[0] == seeds


def test_nothing_to_say_is_not_spoken() -> None:
    assert speak_audibly([], lambda _: pytest.fail("spoke"), HOP, RATE_HZ) == []
