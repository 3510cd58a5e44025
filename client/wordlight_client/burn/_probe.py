"""The data of a file that a film needs: the size of its picture, its length, its sound."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordlight.audio import RESTARTING, read_audio
from wordlight.errors import BurnFailed, PictureUnreadable
from wordlight_client.burn._colours import Colours
from wordlight_client.burn._ffmpeg import SAME_CLOCK, ask

Size = tuple[int, int]
"""Width and height in pixels."""
LOUDNESS_HZ = 8_000
"""The sample rate at which sound is measured; it suffices for length and loudness."""

_DIMENSIONS = re.compile(rb"^#dimensions 0: (\d+)x(\d+)", re.MULTILINE)
_FRAME = re.compile(rb"^0,", re.MULTILINE)
_LENGTH = re.compile(rb"Duration: (\d+):(\d\d):(\d\d\.\d+)")
_SOUND = re.compile(rb"Stream #0:\d+.*: Audio: (?:.*, (\d+) Hz, ([^,\n]+))?")
_CONTAINER = re.compile(rb"^Input #0, (.+?), from ", re.MULTILINE)
_CODEC = re.compile(rb"Stream #0:\d+.*: Video: (\w+)(?!.*\(attached pic\))")
_CLOCK = re.compile(rb"config in time_base: (\d+)/(\d+), frame_rate: (\d+)/(\d+)")
_SHOW = "sidedata=mode=delete,showinfo=checksum=0"
"""Makes ffmpeg log each picture's properties, without the long texts that encoders add."""
_TIME = re.compile(rb"^out_time_us=(\d+)", re.MULTILINE)
_WHY = re.compile(
    r"(?:Error opening input(?: files?)?|Error while decoding.*|Decoding error): (.+)"
)


@dataclass(frozen=True, slots=True)
class Sound:
    """The format of a sound track at its beginning; more than two channels become two."""

    rate_hz: int = 48_000
    is_mono: bool = False


@dataclass(frozen=True, slots=True)
class Footage:
    """A video or a still picture.

    ``size`` is the size that a player shows: turned upright, with square pixels. It is that of the
    first picture, as are ``colours``. ``duration_s`` is 0 for a still. ``tick_s`` is the unit of
    the pictures' times. ``rate_hz`` is the number of pictures per second, 0 if unknown.
    ``container`` and ``codec`` are ffmpeg's names.
    """

    path: Path
    size: Size
    duration_s: float
    tick_s: Fraction
    rate_hz: Fraction
    sound: Sound | None
    colours: Colours
    container: str
    codec: str

    @property
    def is_still(self) -> bool:
        """Whether it is one picture, not a video."""
        return self.duration_s == 0


def even(size: Size) -> Size:
    """The largest size up to this one that H.264 allows: both numbers are even.

    >>> even((321, 180))
    (320, 180)
    """
    return size[0] // 2 * 2, size[1] // 2 * 2


def probe(path: Path) -> Footage:
    """The video or picture in a file; ffmpeg decodes two frames to find out.

    The cover of a music file does not count as a picture.

    Raises:
        PictureUnreadable: There is no such file, or no picture in it.
    """
    if not path.is_file():
        raise PictureUnreadable(
            path, "it is a folder" if path.is_dir() else "there is no such file"
        )
    done = ask(
        "-i", f"file:{path}", "-map", "0:V:0", "-vf", f"{_SHOW},scale=iw*sar:ih,setsar=1",
        "-frames:v", "2", "-c:v", "rawvideo", "-f", "framecrc", "pipe:1",
    )  # fmt: skip
    found = _DIMENSIONS.search(done.stdout)
    n_frames = len(_FRAME.findall(done.stdout))
    if found is None or not n_frames:
        raise PictureUnreadable(path, _reason(done.stderr))
    tick_s, rate_hz = _ticking(done.stderr)
    return Footage(
        path,
        size=(int(found[1]), int(found[2])),
        duration_s=_length_s(path, done.stderr) if n_frames > 1 else 0.0,
        tick_s=tick_s,
        rate_hz=rate_hz,
        sound=_sound(done.stderr),
        colours=Colours.read(done.stderr.decode(errors="replace")),
        container=_word(_CONTAINER, done.stderr),
        codec=_word(_CODEC, done.stderr),
    )


def _ticking(log: bytes) -> tuple[Fraction, Fraction]:
    """The seconds of a tick of the video's clock, and its frames per second; 0 if unknown."""
    if clock := _CLOCK.search(log):
        return _fraction(*clock.group(1, 2)), _fraction(*clock.group(3, 4))
    return Fraction(), Fraction()


def _fraction(above: bytes, below: bytes) -> Fraction:
    return Fraction(int(above), int(below)) if int(below) else Fraction()


def _word(pattern: re.Pattern[bytes], log: bytes) -> str:
    found = pattern.search(log)
    return found[1].decode() if found else ""


def shown_size(path: Path) -> Size | None:
    """The size of a recording's picture; None for sound alone, or if there is no ffmpeg."""
    try:
        return even(probe(path).size)
    except (PictureUnreadable, BurnFailed, ModuleNotFoundError):
        return None


def read_sound(path: Path) -> NDArray[np.float32]:
    """The film's sound on the film's clock: (n_samples,) float32 in [-1, 1] at `LOUDNESS_HZ`.

    Raises:
        AudioUnreadable: There is no such file, or no sound in it.
    """
    return read_audio(path, rate_hz=LOUDNESS_HZ, longest_s=math.inf).samples


def _sound(log: bytes) -> Sound | None:
    found = _SOUND.search(log)
    if found is None or found[1] is None:
        return None if found is None else Sound()
    return Sound(int(found[1]), is_mono=found[2] in (b"mono", b"1 channels"))


def _length_s(path: Path, log: bytes) -> float:
    """The length in seconds that the file's header states, or else that reading the file shows.

    Browsers write no length, and ffmpeg's figure is wrong if the clock may start anew in the file.
    """
    can_restart = not RESTARTING.isdisjoint(_word(_CONTAINER, log).split(","))
    if (found := _LENGTH.search(log)) and not can_restart:
        return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])
    done = ask(
        *SAME_CLOCK, "-progress", "pipe:1", "-i", f"file:{path}", "-map", "0:V:0", "-map", "0:a?",
        "-c", "copy", "-f", "null", "-",
    )  # fmt: skip
    times = _TIME.findall(done.stdout)
    if not times:
        raise PictureUnreadable(path, "its length cannot be found")
    return int(times[-1]) / 1e6


def _reason(log: bytes) -> str:
    text = log.decode(errors="replace")
    if "matches no streams" in text:
        return "there is none in it"
    reasons = _WHY.findall(text)
    return str(reasons[-1]).lower() if reasons else "ffmpeg found none in it"
