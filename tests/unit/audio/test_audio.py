"""Recordings to files and back."""

from __future__ import annotations

import math
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from wordlight.audio import AudioUnreadable, Clip, read_audio, read_wav, write_wav
from wordlight.audio._clip import Bound
from wordlight.audio._clock import Clock
from wordlight.audio._mix import FADE_S, mix, weights_of

Read = Callable[[Path], Clip]
RATE_HZ = 8_000
ANY_LENGTH = Bound("a.mkv", math.inf)


def sine(duration_s: float = 0.25, rate_hz: int = 24_000) -> Clip:
    time_s = np.arange(int(duration_s * rate_hz)) / rate_hz
    return Clip((0.5 * np.sin(2 * np.pi * 440 * time_s)).astype(np.float32), rate_hz)


def write_pcm(path: Path, raw: bytes, width_bytes: int, n_channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(n_channels)
        file.setsampwidth(width_bytes)
        file.setframerate(8_000)
        file.writeframes(raw)
    return path


def ffmpeg(*arguments: str) -> None:
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    exe = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([exe, "-loglevel", "error", "-y", *arguments], check=True)


@pytest.mark.parametrize("read", [read_wav, read_audio])
def test_a_clip_survives_its_file_within_half_a_step(read: Read, tmp_path: Path) -> None:
    clip = sine()

    write_wav(tmp_path / "a.wav", clip)
    again = read(tmp_path / "a.wav")

    assert again.rate_hz == clip.rate_hz
    assert again.samples.dtype == np.float32
    assert np.abs(again.samples - clip.samples).max() < 1.01 / 32_768
    assert again.duration_s == clip.duration_s == 0.25


def test_what_is_too_loud_is_clipped_and_never_wraps(tmp_path: Path) -> None:
    loud = Clip(np.array([2.0, -2.0, 1.0, np.nan, np.inf, -np.inf], np.float32), 8_000)

    write_wav(tmp_path / "a.wav", loud)

    with wave.open(str(tmp_path / "a.wav")) as file:
        pcm = np.frombuffer(file.readframes(6), "<i2")
    assert pcm.tolist() == [32_767, -32_767, 32_767, 0, 32_767, -32_767]


@pytest.mark.parametrize(
    ("width_bytes", "raw"),
    [
        (1, bytes([0, 128, 192])),
        (2, np.array([-32_768, 0, 16_384], "<i2").tobytes()),
        (3, bytes([0, 0, 0x80, 0, 0, 0, 0, 0, 0x40])),
        (4, np.array([-(2**31), 0, 2**30], "<i4").tobytes()),
    ],
)
def test_every_integer_width_is_read(width_bytes: int, raw: bytes, tmp_path: Path) -> None:
    clip = read_wav(write_pcm(tmp_path / "a.wav", raw, width_bytes))

    assert clip.samples.tolist() == [-1.0, 0.0, 0.5]


@pytest.mark.parametrize("read", [read_wav, read_audio])
def test_stereo_becomes_the_mean_of_its_channels(read: Read, tmp_path: Path) -> None:
    raw = np.array([[16_384, 0], [-16_384, -16_384]], "<i2").tobytes()

    clip = read(write_pcm(tmp_path / "a.wav", raw, 2, n_channels=2))

    assert clip.samples.tolist() == [0.25, -0.5]


def test_the_sound_of_a_video_is_read_at_its_own_rate(tmp_path: Path) -> None:
    video = tmp_path / "it's a 'film': take 1.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-f", "lavfi",
           "-i", "sine=f=440:r=22050:d=1", "-ac", "2", "-c:a", "aac", str(video))  # fmt: skip

    clip = read_audio(video)

    assert clip.rate_hz == 22_050
    assert clip.duration_s == pytest.approx(1.0, abs=0.1)
    assert 0.05 < np.abs(clip.samples).max() < 0.3


def test_a_video_without_sound_says_so(tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x64:d=0.2", str(tmp_path / "mute.mp4"))

    with pytest.raises(AudioUnreadable, match=r"mute.mp4 .* no sound track"):
        read_audio(tmp_path / "mute.mp4")


@pytest.mark.parametrize("read", [read_wav, read_audio])
@pytest.mark.parametrize("content", [None, b"", b"RIFF", b"not a sound at all" * 100])
def test_what_is_no_audio_is_a_typed_error(
    read: Read, content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(AudioUnreadable) as caught:
        read(path)

    assert str(caught.value).startswith("a.wav cannot be read as audio: ")
    assert str(tmp_path) not in str(caught.value)


def noise(seconds: float, seed: int, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(n_samples,), at a power of 0.01."""
    values = np.random.default_rng(seed).standard_normal(round(seconds * rate_hz))
    return (0.1 * values).astype(np.float32)


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


def test_without_ffmpeg_what_libsndfile_knows_is_still_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("soundfile")
    ffmpeg("-f", "lavfi", "-i", "sine=440:d=1", "-c:a", "libvorbis", str(tmp_path / "a.ogg"))
    ffmpeg("-f", "lavfi", "-i", "sine=440:d=1", "-c:a", "aac", str(tmp_path / "a.m4a"))
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)

    assert read_audio(tmp_path / "a.ogg").duration_s == pytest.approx(1.0, abs=0.01)
    with pytest.raises(AudioUnreadable, match=r"install 'wordlight\[client\]'"):
        read_audio(tmp_path / "a.m4a")
