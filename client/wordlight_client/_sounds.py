"""Recordings and voices as callers name them: a clip, a file, or a ready voice."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from wordlight.audio import Clip, read_audio
from wordlight.contract import LONGEST_REFERENCE_S

Recording = Clip | str | os.PathLike[str]
"""A clip in memory, or the path of an audio or video file.

Times of a file's words are those of the file as a player shows it.
"""
Voice = Clip | str | os.PathLike[str]
"""A ready voice's name, or a recording to speak like. A text is a path if it looks like one."""

SOUND_SUFFIXES = frozenset(
    {".aac", ".aif", ".aiff", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".wma"}
    | {".3g2", ".3gp", ".amr", ".awb", ".caf", ".m4b", ".mka", ".weba"}
    | {".avi", ".m4v", ".mkv", ".mov", ".mp4", ".webm"}
)


def is_name(voice: Voice) -> bool:
    """Whether this is a voice's name: neither a clip nor what looks like a path."""
    if not isinstance(voice, str):
        return False
    return not (set(voice) & {"/", os.sep} or Path(voice).suffix.lower() in SOUND_SUFFIXES)


def recorded(recording: Recording, track: int | None) -> dict[str, Any]:
    """The fields of a request that a recording fills."""
    clip = clip_of(recording, track)
    return {"audio": clip.samples, "sample_rate": clip.rate_hz}


def reference_of(voice: Voice) -> Clip:
    """The recording to speak like, no longer than a reference may be."""
    if isinstance(voice, Clip):
        return voice
    return read_audio(Path(voice), longest_s=LONGEST_REFERENCE_S)


def clip_of(recording: Recording, track: int | None = None) -> Clip:
    """The clip, or the file's sound.

    Raises:
        TypeError: A clip in memory has no tracks.
    """
    if not isinstance(recording, Clip):
        return read_audio(Path(recording), track)
    if track is not None:
        raise TypeError("track is for files; a clip has one sound")
    return recording
