"""Tracks and channels of a recording: which are read, and how many become one."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from films import JUST, MARKS_S, beep_at, ffmpeg, heard_s, hum, level, make_marked_film, remade
from wordlight_client.burn._probe import read_sound

from wordlight.audio import (
    AudioUnreadable,
    Clip,
    NoSuchTrack,
    read_audio,
    sound_track,
    write_wav,
)


def two_tracks(path: Path, *, default: int) -> Path:
    """A film with a low hum in English and a high one, as a commentary, in German."""
    hums = [part for hz in (300, 3_000) for part in ("-f", "lavfi", "-i", f"sine={hz}:d=1")]
    ffmpeg(
        "-f", "lavfi", "-i", "color=black:s=64x36:d=1", *hums,
        "-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-c:a", "aac",
        "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu",
        "-metadata:s:a:1", "title=Kommentar: Regie", "-disposition:a", "0",
        f"-disposition:a:{default - 1}", "default", str(path),
    )  # fmt: skip
    return path


def pitch_hz(clip: Clip) -> float:
    spectrum = np.abs(np.fft.rfft(clip.samples))
    return float(spectrum.argmax() * clip.rate_hz / len(clip.samples))


@pytest.mark.parametrize("container", ["mkv", "mp4"])
@pytest.mark.parametrize(
    ("default", "track", "heard_hz"), [(1, None, 300), (2, None, 3_000), (2, 1, 300), (1, 2, 3_000)]
)
def test_the_default_track_is_heard_unless_another_is_named(
    container: str, default: int, track: int | None, heard_hz: int, tmp_path: Path
) -> None:
    film = two_tracks(tmp_path / f"film.{container}", default=default)

    assert pitch_hz(read_audio(film, track)) == pytest.approx(heard_hz, rel=0.01)


def test_without_a_default_track_the_first_is_heard(tmp_path: Path) -> None:
    broadcast = remade(two_tracks(tmp_path / "film.mkv", default=2), tmp_path / "film.ts")

    assert pitch_hz(read_audio(broadcast)) == pytest.approx(300, rel=0.01)


@pytest.mark.parametrize("number", [0, 3])
def test_a_track_that_is_not_there_is_an_error_that_names_those_that_are(
    number: int, tmp_path: Path
) -> None:
    film = two_tracks(tmp_path / "film.mkv", default=2)

    with pytest.raises(NoSuchTrack) as caught:
        read_audio(film, number)

    assert str(caught.value) == (
        f"film.mkv has no audio track {number}; "
        'it has 1 (eng, aac), 2 (deu, "Kommentar: Regie", aac, default)'
    )


def test_a_wav_has_one_track(tmp_path: Path) -> None:
    beep_at(tmp_path / "a.wav", 0.0, 1.0)

    assert read_audio(tmp_path / "a.wav", 1).duration_s == 1.0
    with pytest.raises(NoSuchTrack, match=r"a.wav has no audio track 2; it has 1 \(pcm_s16le\)"):
        read_audio(tmp_path / "a.wav", 2)


def test_an_empty_track_beside_it_does_not_hide_a_sound(tmp_path: Path) -> None:
    film = make_marked_film(tmp_path / "film.ts")
    ffmpeg("-i", str(film), "-i", str(film), "-map", "0", "-map", "1:a", "-c", "copy",
           "-bsf:a:1", "noise=drop=1", str(tmp_path / "two.ts"))  # fmt: skip

    assert heard_s(read_audio(tmp_path / "two.ts")) == pytest.approx(MARKS_S, abs=2 * JUST)
    with pytest.raises(AudioUnreadable, match=r"its audio track 2 \(\w+\) holds no sound"):
        read_audio(tmp_path / "two.ts", 2)


def test_a_track_can_be_chosen_before_it_is_read(tmp_path: Path) -> None:
    film = two_tracks(tmp_path / "film.mkv", default=2)

    assert [sound_track(film, number).index for number in (None, 1, 2)] == [2, 1, 2]


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.m4a"])
@pytest.mark.parametrize("signs", [(1, -1), (0.5, -0.6), (1, -1, 0, 0, 0.7, -0.7)])
def test_channels_that_cancel_each_other_out_are_heard(
    name: str, signs: tuple[float, ...], tmp_path: Path
) -> None:
    voice = 0.5 * hum(440)
    write_wav(tmp_path / "voice.wav", Clip(voice.astype(np.float32), 24_000))
    layout = "stereo" if len(signs) == 2 else "5.1"
    mapped = "|".join(f"c{index}={sign}*c0" for index, sign in enumerate(signs))
    ffmpeg("-i", str(tmp_path / "voice.wav"), "-af", f"pan={layout}|{mapped}", "-b:a", "320k",
           str(tmp_path / name))  # fmt: skip

    clip = read_audio(tmp_path / name)

    loudest = max(abs(sign) for sign in signs)
    assert level(clip.samples) == pytest.approx(loudest * level(voice), rel=0.1)
    assert pitch_hz(clip) == pytest.approx(440, rel=0.01)


@pytest.mark.parametrize("name", ["a.wav", "plain.wav", "a.flac", "a.m4a", "a.mka"])
def test_surround_sound_is_heard_without_its_low_frequencies(name: str, tmp_path: Path) -> None:
    voice, rumble = 0.2 * hum(440), 0.9 * hum(60)
    for part, samples in {"voice": voice, "rumble": rumble}.items():
        write_wav(tmp_path / f"{part}.wav", Clip(samples.astype(np.float32), 24_000))
    inputs = [part for stem in ("voice", "rumble") for part in ("-i", f"{tmp_path}/{stem}.wav")]
    joined_channels = "[0:a][1:a]amerge=inputs=2,pan=5.1|c2=c0|c3=c1"
    ffmpeg(*inputs, "-filter_complex", joined_channels, "-b:a", "320k", str(tmp_path / name))
    if name.startswith("plain"):  # as recorders write it: without a word on which is which
        raw = ffmpeg("-i", str(tmp_path / name), "-f", "s16le", "-")
        with wave.open(str(tmp_path / name), "wb") as file:
            file.setparams((6, 2, 24_000, 0, "NONE", ""))
            file.writeframes(raw)

    clip = read_audio(tmp_path / name)

    assert pitch_hz(clip) == pytest.approx(440, rel=0.01)
    assert level(clip.samples) == pytest.approx(0.29 * level(voice), rel=0.05)


@pytest.mark.parametrize("read", [read_audio, read_sound])
def test_a_film_without_sound_says_so(read: Callable[[Path], object], tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "color=black:s=64x36:d=0.2", str(tmp_path / "mute.mkv"))

    with pytest.raises(AudioUnreadable, match=r"mute.mkv .* no sound track"):
        read(tmp_path / "mute.mkv")
