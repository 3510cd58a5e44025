"""A voice's pitch is found, given to its phonemes, and written as a contour."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from wordlight.speech import N_PITCH_STEPS, phoneme_pitches, pitch_steps, track_pitch

HZ, HOP = 24_000, 256


def buzz(hz: NDArray[np.float64]) -> NDArray[np.float32]:
    """Ten harmonics of a pitch given for each sample; silent where it is 0."""
    phase = 2 * np.pi * np.cumsum(hz) / HZ
    wave = sum(np.sin(k * phase) / k for k in range(1, 11))
    return np.asarray(np.where(hz > 0, 0.1 * wave, 0.0), np.float32)


@pytest.mark.parametrize("hz", [70.0, 120.0, 220.0, 400.0])
def test_a_steady_pitch_is_found(hz: float) -> None:
    octaves = track_pitch(buzz(np.full(HZ, hz)), HZ, HOP)

    assert len(octaves) == HZ // HOP + 1
    assert 2 ** np.nanmedian(octaves) == pytest.approx(hz, rel=0.005)
    assert np.isfinite(octaves).mean() > 0.8


def test_a_glide_is_followed_and_silence_has_none() -> None:
    hz = np.concatenate([np.zeros(HZ // 2), np.geomspace(100, 200, HZ), np.zeros(HZ // 2)])

    octaves = track_pitch(buzz(hz), HZ, HOP)

    frames = np.arange(len(octaves)) * HOP
    inside = (frames > 0.6 * HZ) & (frames < 1.4 * HZ)
    np.testing.assert_allclose(octaves[inside], np.log2(hz[frames[inside]]), atol=0.03)
    assert np.isnan(octaves[(frames < 0.4 * HZ) | (frames > 1.6 * HZ)]).all()


def test_a_phoneme_has_its_voiced_frames_median_and_others_lie_between() -> None:
    octaves = np.full(40, np.nan)
    octaves[0:10], octaves[20:30], octaves[25] = 7.0, 8.0, 7.9

    found = phoneme_pitches(octaves, np.array([0.0, 10.0, 20.0, 30.0, 40.0]))

    assert found is not None
    np.testing.assert_allclose(found, [7.0, 7.5, 8.0, 8.0])


def test_a_frame_an_octave_off_is_not_believed() -> None:
    octaves = np.full(30, 7.0)
    octaves[10:20] = 6.0

    found = phoneme_pitches(octaves, np.array([0.0, 10.0, 20.0, 30.0]))

    assert found is not None
    np.testing.assert_allclose(found, 7.0)


@pytest.mark.parametrize("n_voiced", [0, 1])
def test_what_is_hardly_voiced_has_no_pitch(n_voiced: int) -> None:
    octaves = np.full(20, np.nan)
    octaves[:n_voiced] = 7.0

    assert phoneme_pitches(octaves, np.array([0.0, 20.0])) is None


def test_steps_stay_within_what_tokens_tell_apart() -> None:
    steps = pitch_steps(np.array([2.0, 12.0]), np.array([5.0, 5.0]))

    assert steps.min() == 1
    assert steps.max() == N_PITCH_STEPS


def test_there_is_a_step_for_every_frame_that_tokens_have() -> None:
    frames = np.random.default_rng(0).uniform(0, 7, 50)

    assert len(pitch_steps(np.full(50, 7.0), frames)) == round(float(np.cumsum(frames)[-1]))
