"""Fonts inside ASS files, as libass draws them without any other."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray
from wordlight_client import with_fonts
from wordlight_client.burn import embed_fonts

from wordlight.subtitles import SubtitleAnswer, SubtitleCall, SubtitleEngine, fonts_folder

WIDTH, HEIGHT = 640, 360


def answer(text: str, look: str) -> SubtitleAnswer:
    words = text.split()
    starts = np.arange(len(words)) * 0.4
    call = SubtitleCall(words, starts, starts + 0.4, look=look, width=WIDTH, height=HEIGHT)
    return SubtitleEngine().answer(call)


def drawn(ass: str, folder: Path, fonts: str = "") -> NDArray[np.uint8]:
    """A frame of 0.6 s, with that folder of fonts or with none."""
    (folder / "captions.ass").write_text(ass, encoding="utf-8")
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error",
        "-f", "lavfi", "-i", f"color=gray:s={WIDTH}x{HEIGHT}:r=10:d=2",
        "-vf", f"format=rgb24,ass=captions.ass{fonts},trim=start_frame=6",
        "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=60)
    return np.frombuffer(done.stdout, np.uint8).reshape(HEIGHT, WIDTH, 3)


@pytest.mark.parametrize("look", ["punch", "classic", "documentary"])
def test_a_file_with_its_fonts_is_drawn_alike_where_there_are_none(
    look: str, tmp_path: Path
) -> None:
    ass = answer("Brave keepers 🔥 climb", look).ass

    meant = drawn(ass, tmp_path, f":fontsdir={fonts_folder()}")
    embedded = drawn(with_fonts(ass), tmp_path)

    assert (embedded == meant).all()
    assert (drawn(ass, tmp_path) != meant).any()


def test_only_fonts_that_are_named_are_put_in_and_only_once() -> None:
    ass = answer("Brave keepers climb", "punch").ass

    embedded = with_fonts(ass)

    assert [line for line in embedded.splitlines() if line.startswith("fontname:")] == [
        "fontname: Anton-Regular_0.ttf"
    ]
    assert with_fonts(embedded) == embedded
    assert max(map(len, embedded.split("[Fonts]\n")[1].split("[Events]")[0].splitlines())) == 80


def test_a_file_that_names_none_of_ours_stays_as_it_is() -> None:
    ass = answer("Brave keepers climb", "punch").ass.replace("Anton", "Comic Sans MS")

    assert with_fonts(ass) == ass


def test_only_the_ass_file_among_the_saved_ones_changes(tmp_path: Path) -> None:
    subtitles, words = tmp_path / "subtitles.ass", tmp_path / "words.json"
    subtitles.write_text(answer("Brave keepers climb", "punch").ass, encoding="utf-8")
    words.write_text("{}", encoding="utf-8")

    embed_fonts([words, subtitles])

    assert "[Fonts]" in subtitles.read_text(encoding="utf-8")
    assert words.read_text(encoding="utf-8") == "{}"
