"""Recordings and voices as callers give them: a clip, a file, or the name of a ready voice."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from wordlight.audio import Clip, read_audio
from wordlight.contract import LONGEST_REFERENCE_S

Recording = Clip | str | os.PathLike[str]
"""A clip in memory, or the path of an audio or video file.

Times of words in a file count as a player of the file counts.
"""
Voice = Clip | str | os.PathLike[str]
"""A ready voice's name, or a recording of the voice to imitate. A text that looks like a path is a
path."""

SOUND_SUFFIXES = frozenset(
    {".aac", ".aif", ".aiff", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".wma"}
    | {".3g2", ".3gp", ".amr", ".awb", ".caf", ".m4b", ".mka", ".weba"}
    | {".avi", ".m4v", ".mkv", ".mov", ".mp4", ".webm"}
)


def is_name(voice: Voice) -> bool:
    """Whether this is a voice's name: neither a clip nor a text that looks like a path."""
    if not isinstance(voice, str):
        return False
    return not (set(voice) & {"/", os.sep} or Path(voice).suffix.lower() in SOUND_SUFFIXES)


def recorded(recording: Recording, track: int | None) -> dict[str, Any]:
    """The fields of a request that a recording fills."""
    clip = clip_of(recording, track)
    return {"audio": clip.samples, "sample_rate": clip.rate_hz}


def reference_of(voice: Voice) -> Clip:
    """The recording of the voice to imitate; a file longer than a reference may be is refused."""
    if isinstance(voice, Clip):
        return voice
    return read_audio(Path(voice), longest_s=LONGEST_REFERENCE_S)


def clip_of(recording: Recording, track: int | None = None) -> Clip:
    """The clip, or the sound of the file.

    Raises:
        TypeError: A track is given for a clip in memory, which has none.
    """
    if not isinstance(recording, Clip):
        return read_audio(Path(recording), track)
    if track is not None:
        raise TypeError("track is for files; a clip has one sound")
    return recording
