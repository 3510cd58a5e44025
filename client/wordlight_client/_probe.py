"""What a file holds for a film: its picture's size as shown, its length, its sound."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordlight.audio import AudioUnreadable
from wordlight.errors import InvalidInput
from wordlight_client._ffmpeg import BurnFailed, executable

Size = tuple[int, int]
"""Width and height in pixels."""
LOUDNESS_HZ = 8_000
"""Sampling rate at which sound is measured; enough for its length and its loudness."""

_DIMENSIONS = re.compile(rb"^#dimensions 0: (\d+)x(\d+)", re.MULTILINE)
_FRAME = re.compile(rb"^0,", re.MULTILINE)
_LENGTH = re.compile(rb"Duration: (\d+):(\d\d):(\d\d\.\d+)")
_SOUND = re.compile(rb"Stream #0:\d+.*: Audio: ")
_TIME = re.compile(rb"^out_time_us=(\d+)", re.MULTILINE)
_WHY = re.compile(
    r"(?:Error opening input(?: files?)?|Error while decoding.*|Decoding error): (.+)"
)


class PictureUnreadable(InvalidInput):
    """A file that holds no picture that could be read."""

    code = "PICTURE_UNREADABLE"

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(path.name, f"cannot be read as a video or picture: {why}")


@dataclass(frozen=True, slots=True)
class Footage:
    """A video or a still picture. ``size`` is what a player shows: turned, with square pixels.

    ``duration_s`` is 0 for a still.
    """

    path: Path
    size: Size
    duration_s: float
    has_sound: bool

    @property
    def is_still(self) -> bool:
        """One picture, not a video."""
        return self.duration_s == 0


def even(size: Size) -> Size:
    """The next smaller size that H.264 can hold: both numbers even.

    >>> even((321, 180))
    (320, 180)
    """
    return size[0] // 2 * 2, size[1] // 2 * 2


def probe(path: Path) -> Footage:
    """What the file shows; ffmpeg decodes two frames for it.

    A music file's cover is no picture of its own.

    Raises:
        PictureUnreadable: There is no such file, or no picture in it.
    """
    if not path.is_file():
        raise PictureUnreadable(path, "there is no such file")
    done = _ffmpeg(
        "-i", f"file:{path}", "-map", "0:V:0", "-vf", "scale=iw*sar:ih,setsar=1",
        "-frames:v", "2", "-c:v", "rawvideo", "-f", "framecrc", "pipe:1",
    )  # fmt: skip
    found = _DIMENSIONS.search(done.stdout)
    n_frames = len(_FRAME.findall(done.stdout))
    if found is None or not n_frames:
        raise PictureUnreadable(path, _reason(done.stderr))
    return Footage(
        path,
        size=(int(found[1]), int(found[2])),
        duration_s=_length_s(path, done.stderr) if n_frames > 1 else 0.0,
        has_sound=_SOUND.search(done.stderr) is not None,
    )


def shown_size(path: Path) -> Size | None:
    """A recording's picture size; None for sound alone, or where there is no ffmpeg to look."""
    try:
        return even(probe(path).size)
    except (PictureUnreadable, BurnFailed, ModuleNotFoundError):
        return None


def hear(path: Path) -> NDArray[np.float32]:
    """(n_samples,) float32 in [-1, 1] at `LOUDNESS_HZ`: the first sound track, mixed to one.

    Raises:
        AudioUnreadable: There is no such file, or no sound in it.
    """
    if not path.is_file():
        raise AudioUnreadable(path, "there is no such file")
    done = _ffmpeg(
        "-i", f"file:{path}", "-map", "0:a:0", "-ac", "1", "-ar", str(LOUDNESS_HZ),
        "-f", "s16le", "pipe:1",
    )  # fmt: skip
    if done.returncode or not done.stdout:
        raise AudioUnreadable(path, _reason(done.stderr))
    samples: NDArray[np.float32] = np.frombuffer(done.stdout, "<i2").astype(np.float32)
    return samples / np.float32(2**15)


def _length_s(path: Path, log: bytes) -> float:
    """Seconds by the file's header, else by reading it through (browsers write no length)."""
    if told := _LENGTH.search(log):
        return int(told[1]) * 3600 + int(told[2]) * 60 + float(told[3])
    done = _ffmpeg(
        "-progress",
        "pipe:1",
        "-i",
        f"file:{path}",
        "-map",
        "0:V:0",
        "-c",
        "copy",
        "-f",
        "null",
        "-",
    )
    times = _TIME.findall(done.stdout)
    if not times:
        raise PictureUnreadable(path, "its length cannot be found")
    return int(times[-1]) / 1e6


def _ffmpeg(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [executable(), "-nostdin", "-hide_banner", "-nostats", *arguments]
    return subprocess.run(command, capture_output=True, check=False)


def _reason(log: bytes) -> str:
    text = log.decode(errors="replace")
    if "matches no streams" in text:
        return "there is none in it"
    reasons = _WHY.findall(text)
    return str(reasons[-1]).lower() if reasons else "ffmpeg found none in it"
