"""Burning a film: its complaints, its refusals, and what it leaves behind when broken off."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from films import ass, make_speech, make_video
from wordlight_client.burn import (
    BurnFailed,
    PictureUnreadable,
    Plain,
    SubtitlesUnreadable,
    behind,
    burn,
)
from wordlight_client.burn._fonts import bundled_fonts

from wordlight.audio import AudioUnreadable
from wordlight.errors import InvalidInput, MissingInput, OutOfRange


def test_subtitles_for_another_shape_are_complained_of(
    tmp_path: Path, hello: Path, speech: Path, film: Path
) -> None:
    upright = burn(hello, film, audio=speech, size=(180, 320))
    nearly = burn(hello, film, audio=speech, size=(322, 182))

    (complaint,) = upright.complaints
    assert "made for 320x180 and the film is 180x320" in complaint
    assert "--size 180x320" in complaint
    assert nearly.complaints == ()


def test_captions_after_the_end_are_counted(tmp_path: Path, speech: Path, film: Path) -> None:
    late = "Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,LATE\n"
    (tmp_path / "a.ass").write_text(ass("HELLO") + late)

    made = burn(tmp_path / "a.ass", film, audio=speech)

    (tmp_path / "a.ass").write_text(ass("HELLO") + late + late)
    later = burn(tmp_path / "a.ass", film, audio=speech)

    assert made.complaints == (
        "1 of 2 captions begins after the film's end at 1.00 s and is not seen",
    )
    assert later.complaints == (
        "2 of 3 captions begin after the film's end at 1.00 s and are not seen",
    )


def test_a_font_that_is_not_here_is_named_once_with_the_one_drawn(
    tmp_path: Path, speech: Path, film: Path
) -> None:
    text = r"A {\b1}B{\b0} {\fnDejaVu Sans}C {\fnNo Such Face}D"
    (tmp_path / "a.ass").write_text(ass(text))

    made = burn(tmp_path / "a.ass", film, audio=speech)

    (complaint,) = made.complaints
    assert complaint.startswith("the font 'No Such Face' is not here; ")
    assert re.search(r"; \S+ is drawn instead$", complaint)


def test_a_font_in_a_folder_of_ones_own_is_found(tmp_path: Path, speech: Path, film: Path) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    bundled = bundled_fonts()
    assert bundled is not None
    renamed = (bundled / "DejaVuSans-Bold.ttf").read_bytes()
    for encoding in ("utf-16-be", "latin-1"):  # a face of another name, of the same length
        for old, new in (("DejaVu Sans", "Hallo Leute"), ("DejaVuSans", "HalloLeute")):
            renamed = renamed.replace(old.encode(encoding), new.encode(encoding))
    (fonts / "own.ttf").write_bytes(renamed)
    (fonts / "README.txt").write_text("no font")
    (tmp_path / "a.ass").write_text(ass(r"{\fnHallo Leute}HELLO"))

    without = burn(tmp_path / "a.ass", film, audio=speech)
    made = burn(tmp_path / "a.ass", film, audio=speech, fonts=fonts)

    assert "'Hallo Leute' is not here" in without.complaints[0]
    assert made.complaints == ()


def test_characters_that_no_font_has_are_named(tmp_path: Path, speech: Path, film: Path) -> None:
    (tmp_path / "a.ass").write_text(ass("a \U000f1234 b"), encoding="utf-8")

    made = burn(tmp_path / "a.ass", film, audio=speech)

    assert made.complaints == ("no font here has U+F1234; a box stands in their place",)


def test_strictly_a_complaint_is_a_failure(tmp_path: Path, speech: Path, film: Path) -> None:
    (tmp_path / "a.ass").write_text(ass(r"{\fnNo Such Face}HELLO"))

    with pytest.raises(BurnFailed, match="'No Such Face' is not here"):
        burn(tmp_path / "a.ass", film, audio=speech, is_strict=True)
    with pytest.raises(BurnFailed, match="made for 320x180"):
        burn(tmp_path / "a.ass", film, audio=speech, size=(180, 320), is_strict=True)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ass", "speech.wav"]


def test_bad_inputs_are_named_and_an_older_film_stays(
    tmp_path: Path, hello: Path, speech: Path, film: Path
) -> None:
    bad = tmp_path / "bad.bin"
    bad.write_bytes(b"neither\xff sound nor picture")
    film.write_bytes(b"older")

    with pytest.raises(AudioUnreadable, match=r"bad\.bin cannot be read as audio"):
        burn(hello, film, audio=bad)
    with pytest.raises(PictureUnreadable, match=r"bad\.bin cannot be read as a video or picture"):
        behind(bad)
    with pytest.raises(PictureUnreadable, match="there is none in it"):
        behind(speech)
    with pytest.raises(SubtitlesUnreadable, match=r"bad\.bin cannot be read as ASS"):
        burn(bad, film, audio=speech)
    with pytest.raises(SubtitlesUnreadable, match="nor a Dialogue"):
        burn(
            write(tmp_path / "a.srt", "1\n00:00:00,000 --> 00:00:01,000\nHi\n"), film, audio=speech
        )
    with pytest.raises(MissingInput, match="audio is missing"):
        burn(hello, film)
    with pytest.raises(InvalidInput, match="colour is 'red'; it must be like #"):
        Plain("red")
    with pytest.raises(OutOfRange, match="the film's width is 8"):
        burn(hello, film, audio=speech, size=(8, 180))
    with pytest.raises(InvalidInput, match="holds no font"):
        burn(hello, film, audio=speech, fonts=tmp_path)

    assert film.read_bytes() == b"older"
    assert list(tmp_path.glob(".*")) == []


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_ffmpegs_own_failure_is_told_in_its_words_and_leaves_nothing(
    tmp_path: Path, hello: Path, speech: Path, film: Path
) -> None:
    video = make_video(tmp_path / "gone.mp4", "color=blue:s=64x36:r=25:d=0.2")
    ground = behind(video)
    video.write_bytes(b"something else by now")

    with pytest.raises(BurnFailed, match="Invalid data found") as caught:
        burn(hello, film, ground, audio=speech)

    assert "@ 0x" not in str(caught.value)
    assert "Conversion failed" not in str(caught.value)
    assert not film.exists()
    assert list(tmp_path.glob(".*")) == []


def test_a_film_that_cannot_be_written_names_the_place(hello: Path, speech: Path) -> None:
    with pytest.raises(OSError, match=r"/proc/a\.mp4"):
        burn(hello, Path("/proc/a.mp4"), audio=speech)


def test_ctrl_c_leaves_neither_ffmpeg_nor_a_part_of_the_film(
    tmp_path: Path, hello: Path, film: Path
) -> None:
    long = make_speech(tmp_path / "long.wav", seconds=300.0)
    script = "import sys; from pathlib import Path; from wordlight_client.burn import burn;"
    call = "burn(Path(sys.argv[1]), Path(sys.argv[2]), audio=Path(sys.argv[3]))"
    process = subprocess.Popen(
        [sys.executable, "-c", script + call, str(hello), str(film), str(long)],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    part = film.with_name(f".{film.name}.{process.pid}.part")
    wait_for(lambda: part.exists() and part.stat().st_size > 0)

    os.kill(process.pid, signal.SIGINT)  # not ffmpeg: it is ours to end

    assert process.wait(timeout=10) != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hello.ass", "long.wav"]
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def wait_for(is_so: Callable[[], bool], timeout_s: float = 10.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < end_s
        time.sleep(0.02)
