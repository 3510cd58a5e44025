"""``wordlight burn`` as it is typed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from command_line import Run, typed
from films import ass, ffmpeg, frame, make_speech, make_video, streams


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return partial(typed(monkeypatch, "burn"), "burn")


@pytest.fixture
def subtitles(tmp_path: Path) -> Path:
    """A subtitle file in a folder as `wordlight narrate` leaves it."""
    folder = tmp_path / "out"
    folder.mkdir()
    make_speech(folder / "speech.wav")
    (folder / "subtitles.ass").write_text(ass("HELLO"))
    return folder / "subtitles.ass"


def said(result: Result) -> str:
    return " ".join(result.stderr.split())


def test_what_narrate_wrote_becomes_a_film_beside_it(run: Run, subtitles: Path) -> None:
    result = run(subtitles)

    assert result.exit_code == 0, result.output
    film = subtitles.with_name("subtitles.mp4")
    assert "320x180" in streams(film)
    assert "aac" in streams(film)
    assert result.stdout.splitlines()[-1].endswith("subtitles.mp4")
    for cell in ("320x180", "1.00 s"):
        assert cell in result.stdout
    assert "100%" in result.stderr
    assert "Warning" not in result.stderr


def test_every_flag_has_its_effect(run: Run, subtitles: Path, tmp_path: Path) -> None:
    audio = make_speech(tmp_path / "longer.wav", seconds=1.2)
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    film = tmp_path / "new" / "folder" / "film.mp4"

    result = run(
        subtitles, "--color", "#FF0000", "--waveform", "--audio", audio, "--size", "160x90",
        "--crf", "30", "-o", film,
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    assert "160x90" in streams(film)
    assert "00:00:01.2" in streams(film)
    assert frame(film)[2, 2, 0] > 230
    assert run(subtitles, "--fonts", fonts, "-y").exit_code == 2, "an empty folder"


def test_a_video_goes_under_its_subtitles(run: Run, subtitles: Path, tmp_path: Path) -> None:
    video = make_video(tmp_path / "talk.mp4", "color=blue:s=160x90:r=25:d=1.4")

    result = run(subtitles, "--onto", video, "-o", tmp_path / "film.mp4")

    assert result.exit_code == 0, result.output
    assert "160x90" in streams(tmp_path / "film.mp4")
    assert "Audio" not in streams(tmp_path / "film.mp4"), "speech.wav is not a video's sound"


def test_the_size_can_be_another_videos(run: Run, subtitles: Path, tmp_path: Path) -> None:
    video = make_video(tmp_path / "talk.mp4", "color=blue:s=160x90:r=25:d=0.2")

    result = run(subtitles, "--size", video)

    assert "160x90" in result.stdout


def test_a_warning_is_told_and_strictly_an_error(run: Run, subtitles: Path) -> None:
    subtitles.write_text(ass(r"{\fnNo Such Face}HELLO"))

    warned = run(subtitles)
    failed = run(subtitles, "--strict", "--overwrite")

    assert warned.exit_code == 0
    assert "Warning: the font 'No Such Face' is not here; " in said(warned)
    assert failed.exit_code == 1
    assert "BURN_FAILED the subtitles could not be burnt in: the font 'No Such" in said(failed)


def test_a_film_that_is_there_is_replaced_only_when_told_to(run: Run, subtitles: Path) -> None:
    film = subtitles.with_suffix(".mp4")
    film.write_bytes(b"older")

    refused = run(subtitles)

    assert refused.exit_code == 2
    assert "--overwrite replaces it" in said(refused)
    assert film.read_bytes() == b"older"
    assert run(subtitles, "-y").exit_code == 0
    assert film.stat().st_size > 1_000


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--onto", "{png}", "--colour", "#000000"], "cannot go with --onto"),
        (["--colour", "red"], "it must be like #1B2A4A"),
        (["--onto", "{ass}"], "cannot be read as a video or picture"),
        (["--onto", "missing.mp4"], "does not exist"),
        (["--audio", "{png}"], "cannot be read as audio"),
        (["--size", "big"], "neither a size like 1920x1080 nor a file"),
        (
            ["--size", "99999x20"],
            "the film's width is 99998 pixels; it must be from 16 to 8192 pixels",
        ),
        (["--crf", "52"], "52"),
        (["-o", "film.mkv"], "it must end in .mp4 or .m4v"),
        (["--onto", "{png}", "-o", "{png}"], "must end in"),
    ],
)
def test_what_the_caller_can_mend_ends_with_code_2(
    run: Run, subtitles: Path, tmp_path: Path, flags: list[str], told: str
) -> None:
    ffmpeg("-f", "lavfi", "-i", "color=red:s=64x36", "-frames:v", "1", str(tmp_path / "a.png"))
    names = {"png": tmp_path / "a.png", "ass": subtitles}

    result = run(subtitles, *(flag.format(**names) for flag in flags))

    assert result.exit_code == 2, result.output
    assert told in said(result)
    assert not subtitles.with_suffix(".mp4").exists()


def test_the_film_cannot_take_the_place_of_what_goes_in(
    run: Run, subtitles: Path, tmp_path: Path
) -> None:
    video = make_video(tmp_path / "talk.mp4", "color=blue:s=64x36:r=25:d=0.2")
    before = video.read_bytes()

    result = run(subtitles, "--onto", video, "-o", video, "-y")

    assert result.exit_code == 2
    assert "the very file that goes in" in said(result)
    assert video.read_bytes() == before


def test_without_any_sound_there_is_no_film(run: Run, subtitles: Path) -> None:
    subtitles.with_name("speech.wav").unlink()

    result = run(subtitles)

    assert result.exit_code == 2
    assert "audio is missing: only a video brings a sound of its own" in said(result)


def test_hdr_is_said_to_have_become_sdr(run: Run, subtitles: Path, tmp_path: Path) -> None:
    tags = "colorspace=bt2020nc:color_primaries=bt2020:color_trc=smpte2084:range=tv"
    picture = f"color=gray:s=160x90:r=25:d=0.2,format=yuv420p10le,setparams={tags}"
    video = tmp_path / "hdr.mkv"
    ffmpeg("-f", "lavfi", "-i", picture, "-c:v", "ffv1", str(video))

    result = run(subtitles, "--onto", video, "-o", tmp_path / "film.mp4")

    assert result.exit_code == 0, result.output
    assert "SDR, made of HDR" in result.stdout
    assert "Warning" not in result.stderr
    assert "yuv420p(tv, bt709, " in streams(tmp_path / "film.mp4")


def test_a_picture_that_grows_is_warned_of(run: Run, subtitles: Path, tmp_path: Path) -> None:
    raw = tmp_path / "v.264"
    for size in ("160x90", "320x180"):
        with raw.open("ab") as file:
            file.write(ffmpeg("-f", "lavfi", "-i", f"color=blue:s={size}:r=25:d=0.4", "-c:v",
                              "libx264", "-bf", "0", "-f", "h264", "-"))  # fmt: skip
    video = tmp_path / "v.mkv"
    ffmpeg("-r", "25", "-i", str(raw), "-c", "copy", str(video))

    warned = run(subtitles, "--onto", video)
    asked = run(subtitles, "--onto", video, "--size", "320x180", "-y")

    assert "160x90" in warned.stdout
    assert "Warning: the video's picture grows to 320x180 midway" in said(warned)
    assert "320x180" in asked.stdout
    assert "Warning" not in asked.stderr
