"""A recording from a file of any kind."""

from __future__ import annotations

from collections.abc import Container, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordlight.audio._clip import AudioUnreadable, Bound, Clip
from wordlight.audio._decoding import decode
from wordlight.audio._mix import WINDOW_S, mix, weights_of
from wordlight.audio._wav import read_wav

LONGEST_S = 1_800.0
"""What a server takes."""
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
    the track's own rate unless ``rate_hz`` asks for another.

    libsndfile reads WAV, FLAC and AIFF, ffmpeg all else. Either may be absent: then the other
    reads what it knows, and the standard library still reads WAV.

    Raises:
        AudioUnreadable: There is no such file, or nothing here can read it.
        NoSuchTrack: The file has other audio tracks.
        TooLong: It is longer than ``longest_s``, or has more samples than a server takes.
    """
    if not path.is_file():
        raise AudioUnreadable(path, "there is no such file")
    bound = Bound(path.name, longest_s)
    if track in (None, 1) and rate_hz is None:
        formats = WITHOUT_CLOCK if find_spec("imageio_ffmpeg") else None
        clip = _read_with_libsndfile(path, formats, bound)
        if clip is not None:
            return clip
    return decode(path, track, rate_hz, bound)


def _read_with_libsndfile(path: Path, formats: Container[str] | None, bound: Bound) -> Clip | None:
    """The clip, if libsndfile knows the file and it is of these formats; None: of any."""
    try:
        import soundfile
    except (ImportError, OSError):  # OSError: the package is there without its C library
        return _read_as_wav(path, bound)
    try:
        with soundfile.SoundFile(str(path)) as file:
            if formats is not None and file.format not in formats:
                return None
            weights, rate_hz = weights_of(file.channels), int(file.samplerate)
            return Clip(bound.join(mix(_windows(file), weights, rate_hz), rate_hz), rate_hz)
    except soundfile.LibsndfileError:
        return None


def _windows(file: Any) -> Iterator[NDArray[np.float32]]:
    n_frames = int(WINDOW_S * file.samplerate)
    while len(window := file.read(n_frames, dtype="float32", always_2d=True)):
        yield window


def _read_as_wav(path: Path, bound: Bound) -> Clip | None:
    try:
        return read_wav(path, bound.longest_s)
    except AudioUnreadable:
        return None
