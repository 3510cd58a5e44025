"""Recordings in memory, read from files and written to them.

    file ──► sound_track ──► one way of reading, on the file's own clock ──► mix ──► Clip
             (which one)     one or two channels of WAV, FLAC, AIFF: libsndfile; all else: ffmpeg

Sample 0 is the moment at which a player shows the file as 0:00. If the sound
starts later, silence comes before it. A hole in the sound becomes silence too.
"""

from __future__ import annotations

from wordlight.audio._clip import (
    HIGHEST_RATE_HZ,
    LONGEST_SPEECH_S,
    MOST_SAMPLES,
    Clip,
    clipped_share,
)
from wordlight.audio._clock import LONGEST_HOLE_S
from wordlight.audio._recording import read_audio
from wordlight.audio._tracks import RESTARTING, sound_track
from wordlight.audio._wav import read_wav, write_wav
from wordlight.errors import AudioUnreadable, NoSuchTrack

__all__ = [
    "HIGHEST_RATE_HZ",
    "LONGEST_HOLE_S",
    "LONGEST_SPEECH_S",
    "MOST_SAMPLES",
    "RESTARTING",
    "AudioUnreadable",
    "Clip",
    "NoSuchTrack",
    "clipped_share",
    "read_audio",
    "read_wav",
    "sound_track",
    "write_wav",
]
