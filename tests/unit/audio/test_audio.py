"""Recordings are written to files and read back."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from audio.sounds import Read, write_pcm
from wordlight.audio import AudioUnreadable, Clip, read_audio, read_wav, write_wav


def sine(duration_s: float = 0.25, rate_hz: int = 24_000) -> Clip:
    time_s = np.arange(int(duration_s * rate_hz)) / rate_hz
    return Clip((0.5 * np.sin(2 * np.pi * 440 * time_s)).astype(np.float32), rate_hz)


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
