"""Small inputs for films, and what came out of them."""

from __future__ import annotations

import re
import subprocess
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
    ffmpeg("-f", "lavfi", "-i", picture, *sound, "-c:v", "libx264", "-preset", "ultrafast",
           "-pix_fmt", "yuv420p", str(path))  # fmt: skip
    return path


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
