"""Reads a recording from a file of any kind."""

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
"""libsndfile's names for the formats whose only track starts at 0:00 and has no holes."""


def read_audio(
    path: Path,
    track: int | None = None,
    *,
    rate_hz: int | None = None,
    longest_s: float = LONGEST_S,
) -> Clip:
    """The sound of any audio or video file, on the file's own clock, mixed to one channel.

    Sample 0 is what a player shows as 0:00. If the sound starts later or has a hole, the clip is
    silent there. ``track`` counts the file's audio tracks from 1; without it the default track is
    read. Channels that cancel each other out are not mixed: the loudest is used. The clip has the
    track's own rate, or `HIGHEST_RATE_HZ` if that is lower, unless ``rate_hz`` asks for another.

    libsndfile reads WAV, FLAC and AIFF of one or two channels at such rates; ffmpeg reads all
    else. Without libsndfile, ffmpeg reads everything. Without ffmpeg, libsndfile reads what it
    knows, at the file's own rate and with the channels in their usual order. Without both, the
    standard library reads WAV.

    Raises:
        AudioUnreadable: There is no such file, or nothing here can read it.
        NoSuchTrack: The file has no audio track of that number.
        TooLong: The sound is longer than ``longest_s``, or has more samples than a server takes.
    """
    if not path.is_file():
        raise AudioUnreadable(path, "it is a folder" if path.is_dir() else "there is no such file")
    bound = Bound(path.name, longest_s)
    if track in (None, 1) and rate_hz is None:
        has_ffmpeg = find_spec("imageio_ffmpeg") is not None
        clip = _read_with_libsndfile(path, bound, is_alone=not has_ffmpeg)
        if clip is not None:
            return clip
    return decode(path, track, rate_hz, bound)


def _read_with_libsndfile(path: Path, bound: Bound, *, is_alone: bool) -> Clip | None:
    """The clip, or None if ffmpeg must read the file.

    ``is_alone``: ffmpeg is absent, so that libsndfile reads whatever it can.
    """
    try:
        import soundfile
    except (ImportError, OSError):  # OSError: the package lacks its C library
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
    """Whether libsndfile learns as much from the file as ffmpeg: no clock, no order of channels.

    A header that states no samples is from a recorder that was killed. ffmpeg reads such a file to
    its end.
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
