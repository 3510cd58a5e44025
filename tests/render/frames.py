"""ASS drawn by libass, with the fonts of the package, as arrays.

Needs the ffmpeg of ``imageio-ffmpeg`` and nothing of the system. libass complains on standard error
and goes on, so anything printed at warning level fails the test.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from wordlight.subtitles import Canvas, fonts_folder

imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")

SMALL = Canvas(320, 180)
FLAT = """{"primary": "#FF0000", "secondary": "#0000FF", "outline": 0, "shadow": 0, "glow": 0,
    "size": 20}"""
"""Sung red, unsung blue, on black: either colour can be counted."""
HARMLESS = ("Fontconfig error: Cannot load default config file",)
"""A machine without a fontconfig file; the fonts come from the package."""


def draw(
    ass: str, canvas: Canvas, folder: Path, *, rate_hz: int, start_s: float, n: int
) -> NDArray[np.uint8]:
    """``n`` frames from ``start_s`` on, (n, height, width, 3), over black."""
    (folder / "captions.ass").write_text(ass, encoding="utf-8")
    source = f"color=black:s={canvas.width}x{canvas.height}:r={rate_hz}:d={start_s + n / rate_hz}"
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "warning",
        "-f", "lavfi", "-i", source,
        # Half a millisecond more: the filter cuts times that floats put just below a centisecond.
        "-vf", f"format=rgb24,settb=1/2000,setpts=PTS+1,ass=captions.ass:fontsdir={fonts_folder()},"
               f"trim=start_frame={round(start_s * rate_hz)}",
        "-frames:v", str(n), "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=120)
    complaints = [
        line
        for line in done.stderr.decode().splitlines()
        if line.strip() and not any(harmless in line for harmless in HARMLESS)
    ]
    assert complaints == []
    return np.frombuffer(done.stdout, np.uint8).reshape(n, canvas.height, canvas.width, 3)


def count(frame: NDArray[np.uint8], colour: object) -> int:
    wanted = [getattr(colour, channel) for channel in ("red", "green", "blue")]
    return int((np.abs(frame.astype(int) - wanted).max(axis=-1) <= 12).sum())


def edge_of(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The outermost pixels, (n, 3)."""
    return np.concatenate([frame[0], frame[-1], frame[:, 0], frame[:, -1]])
