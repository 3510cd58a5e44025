"""Samples are placed by the timestamps of their frames."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from audio.sounds import RATE_HZ
from wordlight.audio._clip import Bound
from wordlight.audio._clock import Clock

ANY_LENGTH = Bound("a.mkv", math.inf)


def log_of(*frames: tuple[float, float], start_s: float = 0.0) -> Iterator[bytes]:
    """ffmpeg's log of frames of 20 ms; each entry: when its frames start, and for how long."""
    for start, seconds in frames:
        for index in range(round(seconds / 0.02)):
            pts = round((start_s + start) * RATE_HZ) + 160 * index
            yield (
                b"[Parsed_ashowinfo_0 @ 0x7f] [info] n:%d pts:%d pts_time:0 fmt:fltp channels:1 "
                b"chlayout:mono rate:%d nb_samples:160 checksum:0 plane_checksums: [ 0 ] \n"
            ) % (index, pts, RATE_HZ)


def placed(
    *frames: tuple[float, float], start_s: float = 0.0, can_restart: bool = False
) -> np.ndarray:
    """What is heard: each sample says when it was decoded, in seconds after 1."""
    clock = Clock(start_s, can_restart)
    clock.read(log_of(*frames, start_s=start_s))
    n_samples = round(sum(seconds for _, seconds in frames) * RATE_HZ)
    return clock.place(1 + np.arange(n_samples, dtype=np.float32) / RATE_HZ, ANY_LENGTH)


def heard_at(samples: np.ndarray, second: float) -> float:
    """When what is heard then was decoded; -1 for silence."""
    return float(samples[round(second * RATE_HZ)]) - 1


@pytest.mark.parametrize("start_s", [0.0, 1.4, -0.007, 95_000.0])
def test_a_sound_without_gaps_stays_as_it_is(start_s: float) -> None:
    heard = placed((0, 5), start_s=start_s)

    assert len(heard) == 5 * RATE_HZ
    assert heard_at(heard, 4.5) == pytest.approx(4.5)


def test_what_is_before_0_is_not_heard() -> None:
    assert heard_at(placed((-0.5, 5)), 1) == pytest.approx(1.5)


def test_stretches_are_heard_at_their_times() -> None:
    heard = placed((2, 1), (4, 3), (6.5, 2))

    assert heard_at(heard, 1.9) == -1
    assert heard_at(heard, 2.5) == pytest.approx(0.5)
    assert heard_at(heard, 3.5) == -1
    assert heard_at(heard, 6.9) == pytest.approx(3.9), "the one that came first"
    assert heard_at(heard, 7.1) == pytest.approx(4.6)
    assert len(heard) == 8.5 * RATE_HZ


def test_small_losses_never_add_up() -> None:
    frames = [(0.032 * index, 0.02) for index in range(500)]

    heard = placed(*frames)

    assert heard_at(heard, 490 * 0.032) == pytest.approx(490 * 0.02, abs=0.04)
    assert len(heard) / RATE_HZ == pytest.approx(499 * 0.032 + 0.02, abs=0.02)


@pytest.mark.parametrize("can_restart", [False, True])
def test_a_single_broken_timestamp_moves_nothing(can_restart: bool) -> None:
    for broken_s in (13.0, -7.0, 90_000.0):
        heard = placed((0, 3), (broken_s, 0.02), (3.02, 4), can_restart=can_restart)

        assert heard_at(heard, 6.5) == pytest.approx(6.5)
        assert len(heard) < 14 * RATE_HZ


def test_a_sound_that_starts_after_a_quarter_of_an_hour_is_late_and_no_new_clock() -> None:
    heard = placed((900, 3), can_restart=True)

    assert heard_at(heard, 901) == pytest.approx(1)


@pytest.mark.parametrize("again_s", [0.0, 7_200.0])
def test_a_new_clock_goes_on_where_the_old_one_stopped(again_s: float) -> None:
    heard = placed((0, 5), (again_s, 5), can_restart=True)

    assert heard_at(heard, 9.5) == pytest.approx(9.5)
    assert len(heard) == 10 * RATE_HZ
