"""A recording from a file of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordlight.audio._clip import (
    HIGHEST_RATE_HZ,
    LONGEST_S,
    Bound,
    Clip,
)
from wordlight.audio._decoder import decode
from wordlight.audio._mix import WINDOW_S, mix, weights_of
from wordlight.audio._wav import read_wav
from wordlight.errors import AudioUnreadable

WITHOUT_CLOCK = frozenset({"WAV", "WAVEX", "RF64", "W64", "FLAC", "AIFF"})
"""libsndfile's names of formats whose one track starts at 0:00 and has no holes."""


def read_audio(
    path: Path,
    track: int | None = None,
    *,
    rate_hz: int | None = None,
    longest_s: float = LONGEST_S,
) -> Clip:
    """The clip of any audio or video file, on the file's own clock, channels mixed to one.

    Sample 0 is what a player shows as 0:00: where the sound starts later, or has a hole, there is
    silence. ``track`` counts the file's audio tracks from 1; without it the default track is
    heard. Channels that cancel each other out are not mixed: the loudest is heard. The clip has
    the track's own rate, or `HIGHEST_RATE_HZ` if that is lower, unless ``rate_hz`` asks for
    another.

    libsndfile reads WAV, FLAC and AIFF of one or two channels at such rates, ffmpeg all else.
    Either may be absent: then the other reads what it knows, at its own rate and with the channels
    in their usual order, and the standard library still reads WAV.

    Raises:
        AudioUnreadable: There is no such file, or nothing here can read it.
        NoSuchTrack: The file has other audio tracks.
        TooLong: It is longer than ``longest_s``, or has more samples than a server takes.
    """
    if not path.is_file():
        raise AudioUnreadable(path, "there is no such file")
    bound = Bound(path.name, longest_s)
    if track in (None, 1) and rate_hz is None:
        has_ffmpeg = find_spec("imageio_ffmpeg") is not None
        clip = _read_with_libsndfile(path, bound, is_alone=not has_ffmpeg)
        if clip is not None:
            return clip
    return decode(path, track, rate_hz, bound)


def _read_with_libsndfile(path: Path, bound: Bound, *, is_alone: bool) -> Clip | None:
    """The clip, if libsndfile reads the file as well as ffmpeg would, or is alone and reads it."""
    try:
        import soundfile
    except (ImportError, OSError):  # OSError: the package is there without its C library
        return _read_as_wav(path, bound) if is_alone else None
    try:
        with soundfile.SoundFile(str(path)) as file:
            if not is_alone and not _is_plain(file):
                return None
            weights, rate_hz = weights_of(file.channels), int(file.samplerate)
            return Clip(bound.join(mix(_windows(file), weights, rate_hz), rate_hz), rate_hz)
    except soundfile.LibsndfileError:
        return None


def _is_plain(file: Any) -> bool:
    """Whether ffmpeg would tell no more of a file: neither a clock, nor which channel is which.

    A header that tells of no samples is a recorder's that was killed: ffmpeg reads to the end.
    """
    is_heard = file.channels <= 2 and file.samplerate <= HIGHEST_RATE_HZ and file.frames > 0
    return is_heard and file.format in WITHOUT_CLOCK


def _windows(file: Any) -> Iterator[NDArray[np.float32]]:
    n_frames = int(WINDOW_S * file.samplerate)
    while len(window := file.read(n_frames, dtype="float32", always_2d=True)):
        yield window


def _read_as_wav(path: Path, bound: Bound) -> Clip | None:
    try:
        return read_wav(path, bound.longest_s)
    except AudioUnreadable:
        return None
