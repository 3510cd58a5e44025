"""Makes small inputs for films, and measures the films that come out."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from wordlight.audio import Clip, write_wav

imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")

HEADER = """[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 180
YCbCr Matrix: None

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,DejaVu Sans,40,{style},&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,\
1,0,{alignment},10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""

MARKS_S = [2.0, 5.0]
JUST = 0.02
"""Seconds: a frame of the picture, or of AAC, which a container may not place exactly."""


def ass(text: str, style: str = "&H00FFFFFF,&H00FFFFFF", alignment: int = 5) -> str:
    """One caption of a second; ``style`` is its lit and unlit colour."""
    header = HEADER.format(style=style, alignment=alignment)
    return f"{header}Dialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,{text}\n"


def make_speech(path: Path, seconds: float = 1.0) -> Path:
    """A hum of 424 Hz."""
    hum = np.sin(np.arange(round(24_000 * seconds)) / 9).astype(np.float32)
    write_wav(path, Clip(hum, 24_000))
    return path


def make_video(path: Path, picture: str, sine_hz: int | None = None) -> Path:
    """A lavfi source as H.264, with a tone as long as its ``d=`` says if that is asked for."""
    length = re.search(r"[=:]d=([\d.]+)", picture)
    sound = []
    if sine_hz is not None:
        assert length is not None, "-shortest cuts late when the machine is busy"
        sound = ["-f", "lavfi", "-i", f"sine={sine_hz}:d={length[1]}"]
    path.write_bytes(
        _made(path.suffix, "-f", "lavfi", "-i", picture, *sound,
              "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    )  # fmt: skip
    return path


@cache
def _made(suffix: str, *arguments: str) -> bytes:
    """The film that ffmpeg makes of these arguments, made once for all tests that want it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film{suffix}"
        ffmpeg(*arguments, str(path))
        return path.read_bytes()


def ffmpeg(*arguments: str) -> bytes:
    """What it writes to its standard output."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-y", "-loglevel", "error", *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout


def streams(film: Path) -> str:
    """How ffmpeg describes a file."""
    exe = imageio_ffmpeg.get_ffmpeg_exe()
    done = subprocess.run([exe, "-hide_banner", "-i", str(film)], capture_output=True, check=False)
    return done.stderr.decode()


def frame(film: Path, at_s: float = 0.4) -> np.ndarray:
    """(height, width, 3) uint8: the picture at that time."""
    size = re.search(r"Video: .*?, (\d+)x(\d+)", streams(film))
    assert size is not None
    raw = ffmpeg("-ss", str(at_s), "-i", str(film), "-frames:v", "1", "-f", "rawvideo",
                 "-pix_fmt", "rgb24", "-")  # fmt: skip
    return np.frombuffer(raw, np.uint8).reshape(int(size[2]), int(size[1]), 3)


def make_marked_film(
    path: Path,
    *codecs: str,
    picture_at_s: float = 0.0,
    sound_at_s: float = 0.0,
    marks_s: Sequence[float] = (2.0, 5.0),
    length_s: float = 7.0,
) -> Path:
    """A film whose picture flashes and whose sound beeps at the same times, 0.2 s each.

    Picture and sound begin at their own times; what would be before them is not there.
    """
    picture, sound = (
        "+".join(f"between(t,{mark - start:.3f},{mark - start + 0.19:.3f})" for mark in marks_s)
        for start in (picture_at_s + 0.005, sound_at_s)
    )
    seen = f"color=black:s=64x36:r=50:d={length_s - picture_at_s},format=yuv420p"
    heard = f"aevalsrc='(0.5*sin(2*PI*1000*t))*({sound})':s=48000:d={length_s - sound_at_s}"
    made = _made(
        path.suffix, "-itsoffset", str(picture_at_s), "-f", "lavfi",
        "-i", f"{seen},drawbox=c=white:t=fill:enable='{picture}'",
        "-itsoffset", str(sound_at_s), "-f", "lavfi", "-i", heard,
        *(codecs or ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac")),
    )  # fmt: skip
    path.write_bytes(made)
    return path


def seen_s(film: Path) -> list[float]:
    """The seconds at which the picture flashes, as a player of picture and sound counts them."""
    raw = ffmpeg(
        "-i", str(film), "-map", "0:V:0", "-vf", "fps=200:start_time=0,scale=1:1",
        "-pix_fmt", "gray", "-f", "rawvideo", "-", "-map", "0:a:0", "-f", "null", "-",
    )  # fmt: skip
    return onsets_s(np.frombuffer(raw, np.uint8) > 128, 200)


def heard_s(clip: Clip) -> list[float]:
    """The seconds at which the film beeps, which is sound after silence."""
    n = clip.rate_hz // 200
    levels = np.abs(clip.samples[: len(clip.samples) // n * n]).reshape(-1, n).max(axis=1)
    return onsets_s(levels > 0.1, 200)


def onsets_s(flags: np.ndarray, rate_hz: int) -> list[float]:
    """The seconds at which a row of flags goes from false to true."""
    raised = np.flatnonzero(np.diff(np.concatenate([[False], flags]).astype(np.int8)) == 1)
    return [float(index) / rate_hz for index in raised]


def beep_at(path: Path, at_s: float, length_s: float, *codecs: str) -> Path:
    """Sound alone: silence with a beep of 0.2 s."""
    beep = f"0.5*sin(2*PI*1000*t)*between(t,{at_s},{at_s + 0.2})"
    ffmpeg("-f", "lavfi", "-i", f"aevalsrc='{beep}':s=48000:d={length_s}", *codecs, str(path))
    return path


def remade(film: Path, path: Path, *arguments: str) -> Path:
    """The film's packets in another file."""
    ffmpeg("-i", str(film), "-map", "0", "-c", "copy", *arguments, str(path))
    return path


def joined(path: Path, *parts: Path) -> Path:
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def hum(hz: float, rate_hz: int = 24_000, seconds: float = 2.0) -> np.ndarray:
    """A hum at full level, (n_samples,)."""
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)


def level(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))
