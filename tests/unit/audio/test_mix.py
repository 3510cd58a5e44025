"""Channels become one: mixed, or the louder one where they cancel each other out."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from audio.sounds import RATE_HZ, Read, noise, write_pcm
from wordlight.audio import read_audio, read_wav
from wordlight.audio._mix import FADE_S, mix, weights_of


def mixed(*channels: np.ndarray, layout: str = "") -> np.ndarray:
    frames = np.stack(channels, axis=1)
    windows = (frames[at : at + RATE_HZ] for at in range(0, len(frames), RATE_HZ))
    return np.concatenate(list(mix(windows, weights_of(len(channels), layout), RATE_HZ)))


def wide(voice: np.ndarray, music: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A voice in the middle and music that is twice as loud at the sides as there."""
    return voice + music, voice - 0.5 * music


@pytest.mark.parametrize(
    "channels",
    [
        (noise(3, 1), noise(3, 1)),
        (noise(3, 1), noise(3, 2)),
        (noise(3, 1), np.zeros(3 * RATE_HZ, np.float32)),
        (noise(3, 1), np.roll(noise(3, 1), 8)),
        wide(noise(3, 1), noise(3, 2)),
        tuple(noise(3, seed) for seed in range(9)),
        (np.zeros(3 * RATE_HZ, np.float32),) * 2,
    ],
    ids=["the same", "unlike", "one silent", "1 ms apart", "wide", "nine", "silent"],
)
def test_ordinary_channels_are_mixed(channels: tuple[np.ndarray, ...]) -> None:
    heard = mixed(*channels)

    assert heard == pytest.approx(np.mean(channels, axis=0), abs=1e-6)


@pytest.mark.parametrize("gain", [0.99, 0.8, 0.7])
def test_of_opposite_channels_the_louder_is_heard(gain: float) -> None:
    voice = noise(3, 1)

    assert mixed(-gain * voice, voice) == pytest.approx(voice)


def test_opposite_channels_are_heard_above_a_hum_that_both_have() -> None:
    voice, hum = noise(5, 1), 0.02 * np.sin(np.arange(5 * RATE_HZ) / 30).astype(np.float32)

    heard = mixed(voice + hum, -voice + hum)

    assert abs(np.corrcoef(heard, voice)[0, 1]) > 0.95


def test_a_film_of_which_only_a_part_cancels_out_is_heard_throughout() -> None:
    voice = noise(6, 1)
    sign = np.repeat(np.float32([1, -1, 1]), 2 * RATE_HZ)

    heard = mixed(voice, sign * voice)

    is_fade = np.arange(len(voice)) % (2 * RATE_HZ) < FADE_S * RATE_HZ
    assert heard[~is_fade] == pytest.approx(voice[~is_fade], abs=1e-6)


def test_a_channel_is_faded_in() -> None:
    tone = np.sin(np.arange(5 * RATE_HZ) / 40).astype(np.float32)
    sign = np.where(np.arange(len(tone)) < 2.4 * RATE_HZ, 1, -1).astype(np.float32)

    heard = mixed(tone, sign * tone)

    around = heard[round(2.9 * RATE_HZ) : round(3.1 * RATE_HZ)]
    assert around[0] == 0, "the mix of a window that cancels out only in part"
    assert np.abs(around).max() == pytest.approx(1, rel=1e-3)
    assert np.abs(np.diff(around)).max() < 1.6 / 40, "no click"


def test_a_channel_is_kept_while_another_is_hardly_louder() -> None:
    voice = noise(6, 1)
    gain = np.repeat(np.float32([1.05, 0.95, 1.05]), 2 * RATE_HZ)

    heard = mixed(voice, -gain * voice)

    assert heard == pytest.approx(-gain * voice)


def test_an_end_too_short_to_judge_is_heard_as_what_is_before_it() -> None:
    voice = noise(2.1, 1)

    assert mixed(voice, -voice) == pytest.approx(voice)
    assert mixed(voice[:400], -voice[:400]) == pytest.approx(voice[:400])


def test_low_frequencies_have_no_part_in_the_mix() -> None:
    voice, rumble, silent = noise(3, 1), 9 * noise(3, 2), np.zeros(3 * RATE_HZ, np.float32)

    heard = mixed(silent, silent, voice, rumble, silent, silent, layout="5.1(side)")

    assert np.corrcoef(heard, voice)[0, 1] == pytest.approx(1)


@pytest.mark.parametrize(
    ("n_channels", "layout", "weights"),
    [
        (3, "", [0.71, 0.71, 1]),
        (4, "", [0.71, 0.71, 0.5, 0.5]),
        (5, "", [0.71, 0.71, 1, 0.5, 0.5]),
        (6, "", [0.71, 0.71, 1, 0, 0.5, 0.5]),
        (6, "6 channels", [0.71, 0.71, 1, 0, 0.5, 0.5]),
        (7, "7.0", [0.71, 0.71, 1, 0.5, 0.5, 0.5, 0.5]),
        (3, "2.1", [0.71, 0.71, 0]),
        (3, "3 channels (FL+FR+LFE)", [0.71, 0.71, 0]),
        (4, "4 channels (FC+FL+FR+BC)", [1, 0.71, 0.71, 0.5]),
        (1, "1 channels (LFE)", [1]),
    ],
)
def test_each_channel_has_the_weight_of_its_place(
    n_channels: int, layout: str, weights: list[float]
) -> None:
    found = weights_of(n_channels, layout)

    assert found == pytest.approx(np.array(weights) / sum(weights), abs=0.005)


@pytest.mark.parametrize("read", [read_wav, read_audio])
def test_without_ffmpeg_the_channels_stand_in_their_usual_order(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    raw = np.array([[0, 0, 0, 16_384, 0, 0]] * 800, "<i2").tobytes()

    clip = read(write_pcm(tmp_path / "a.wav", raw, 2, n_channels=6))

    assert not clip.samples.any()


@pytest.mark.parametrize("read", [read_wav, read_audio])
def test_a_wav_of_opposite_channels_is_heard(read: Read, tmp_path: Path) -> None:
    voice = (noise(2, 1) * 32_767).astype("<i2")
    raw = np.stack([voice, -voice], axis=1).tobytes()

    clip = read(write_pcm(tmp_path / "a.wav", raw, 2, n_channels=2))

    assert clip.samples == pytest.approx(voice / 32_768)
