"""Films with subtitles burnt in, by a real ffmpeg."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from wordlight_client.burn import BurnFailed, burn
from wordlight_client.demo import fonts_dir

from wordlight.audio import AudioUnreadable, Clip, write_wav

imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")

SIZE = (320, 180)
HEADER = """[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 180
YCbCr Matrix: None

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,DejaVu Sans,40,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,\
1,0,5,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def ass(text: str) -> str:
    return f"{HEADER}Dialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,{text}\n"


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    path = tmp_path / "speech.wav"
    write_wav(path, Clip(np.sin(np.arange(24_000) / 9).astype(np.float32), 24_000))
    return path


def streams(film: Path) -> str:
    exe = imageio_ffmpeg.get_ffmpeg_exe()
    done = subprocess.run([exe, "-hide_banner", "-i", str(film)], capture_output=True, check=False)
    return done.stderr.decode()


def frame(film: Path) -> np.ndarray:
    exe = imageio_ffmpeg.get_ffmpeg_exe()
    command = [exe, "-loglevel", "error", "-ss", "0.4", "-i", str(film), "-frames:v", "1",
               "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(SIZE[::-1])


def test_a_film_has_picture_sound_and_the_words_in_it(tmp_path: Path, speech: Path) -> None:
    (tmp_path / "a.ass").write_text(ass(r"{\k50}HELLO{\k50} YOU"))
    done_s: list[float] = []

    burn(tmp_path / "a.ass", speech, tmp_path / "a.mp4", SIZE, fonts_dir(), done_s.append)

    told = streams(tmp_path / "a.mp4")
    assert "h264" in told
    assert "yuv420p" in told
    assert "320x180" in told
    assert "aac" in told
    assert "Duration: 00:00:01.0" in told
    assert done_s[-1] == pytest.approx(1.0, abs=0.1)
    picture = frame(tmp_path / "a.mp4")
    assert picture[60:120].max() > 200, "white letters in the middle"
    assert picture[:20].max() < 60, "and a dark background"
    assert (tmp_path / "a.mp4").read_bytes().find(b"moov") < 100, "+faststart: the index leads"


def test_no_name_of_a_folder_or_file_confuses_the_filter(tmp_path: Path, speech: Path) -> None:
    folder = tmp_path / "it's [a],b;c:d\\e=%f 'x'"
    folder.mkdir()
    source = folder / "s,u'b:s.ass"
    source.write_text(ass("HELLO"))
    sound = speech.rename(folder / "-i 'q':a.wav")
    fonts = folder / "fo'nts,:"
    fonts.mkdir()

    burn(source, sound, folder / "o'u:t,.mp4", SIZE, fonts)

    assert frame_exists(folder / "o'u:t,.mp4")
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [source.name, sound.name, fonts.name, "o'u:t,.mp4"]
    ), "nothing is left lying about"


def frame_exists(film: Path) -> bool:
    return film.stat().st_size > 1_000


def test_a_glyph_that_no_font_has_fails_with_ffmpegs_words(tmp_path: Path, speech: Path) -> None:
    (tmp_path / "a.ass").write_text(ass("a \U000f1234 b"), encoding="utf-8")

    with pytest.raises(BurnFailed, match=r"(?i)glyph 0xF1234") as caught:
        burn(tmp_path / "a.ass", speech, tmp_path / "a.mp4", SIZE)

    assert "@ 0x" not in str(caught.value)
    assert not (tmp_path / "a.mp4").exists()


def test_ffmpegs_own_failure_is_told_and_leaves_nothing(tmp_path: Path, speech: Path) -> None:
    (tmp_path / "a.ass").write_text(ass("HELLO"))

    with pytest.raises(BurnFailed, match="not divisible by 2"):
        burn(tmp_path / "a.ass", speech, tmp_path / "a.mp4", (321, 181))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ass", "speech.wav"]


def test_audio_that_ffmpeg_cannot_read_fails_and_leaves_an_older_film_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.ass").write_text(ass("HELLO"))
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    (tmp_path / "a.mp4").write_bytes(b"older")

    with pytest.raises(AudioUnreadable):
        burn(tmp_path / "a.ass", tmp_path / "bad.wav", tmp_path / "a.mp4", SIZE)

    assert (tmp_path / "a.mp4").read_bytes() == b"older"
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []
