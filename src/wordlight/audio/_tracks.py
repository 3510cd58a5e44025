"""The sound tracks of a file, and which of them is read."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from wordlight.errors import AudioUnreadable, NoSuchTrack

LOOK = ("-analyzeduration", "60M", "-probesize", "50M")
"""How far ffmpeg looks for tracks: a minute or 50 MB, because a sound may start late."""
LONGEST_TITLE = 60

_TRACK = re.compile(
    r"^  Stream #0:(?P<index>\d+)(?:\[\w+\])?(?:\((?P<language>[^)]*)\))?: Audio: (?P<codec>\w+)"
    r"(?P<more>[^\n]*)(?P<facts>(?:\n    [^\n]*)*)",
    re.MULTILINE,
)
_FORMAT = re.compile(r"^Input #0, (?P<names>\S+), from ", re.MULTILINE)
_START = re.compile(r"^  Duration: [^\n]*, start: (?P<start_s>-?[\d.]+)", re.MULTILINE)
RESTARTING = frozenset({"mpegts", "mpeg", "ogg"})
"""ffmpeg's names for the formats whose clock may start anew in the middle of a file."""
_RATE = re.compile(r", (\d+) Hz")
_TITLE = re.compile(r"^      title\s*: ([^\n]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Track:
    """One sound track of a file.

    ``number`` counts the file's sound tracks from 1, ``index`` all its streams from 0.
    ``language`` is an ISO 639 code; ``language`` and ``title`` are empty if the file has none.
    """

    number: int
    index: int
    language: str
    title: str
    codec: str
    is_default: bool
    rate_hz: int = 0
    """The rate of its samples; 0 if ffmpeg does not report it."""

    def __str__(self) -> str:
        """The track as an error message names it.

        >>> str(Track(2, 3, "deu", "Kommentar", "aac", False))
        '2 (deu, "Kommentar", aac)'
        """
        title = f'"{self.title}"' if self.title else ""
        facts = [self.language, title, self.codec, "default" if self.is_default else ""]
        return f"{self.number} ({', '.join(filter(None, facts))})"


@dataclass(frozen=True, slots=True)
class Contents:
    """What ffmpeg reports about a file.

    ``start_s`` is the timestamp that a player shows as 0:00. ``can_restart``: whether the
    format's clock may start anew in the middle, as it does between two recordings put end to end.
    """

    tracks: tuple[Track, ...]
    start_s: float
    can_restart: bool

    @classmethod
    def of(cls, path: Path) -> Contents:
        """The contents of a file with at least one sound track.

        Raises:
            AudioUnreadable: There is no such file, it has no sound track, or ffmpeg is absent.
        """
        if not path.is_file():
            is_folder = path.is_dir()
            raise AudioUnreadable(path, "it is a folder" if is_folder else "there is no such file")
        command = [executable(path), "-nostdin", "-hide_banner", *LOOK, "-i", f"file:{path}"]
        done = subprocess.run(command, capture_output=True, check=False)
        log = done.stderr.decode(errors="replace")
        found = _FORMAT.search(log)
        if found is None:
            raise AudioUnreadable(path, reason(log))
        tracks = parse_tracks(log)
        if not tracks:
            raise AudioUnreadable(path, "it has no sound track")
        start = _START.search(log)
        can_restart = not RESTARTING.isdisjoint(found["names"].split(","))
        return cls(tracks, float(start["start_s"]) if start else 0.0, can_restart)

    def track(self, path: Path, number: int | None) -> Track:
        """The track of that number; without a number the default track, or else the first.

        Raises:
            NoSuchTrack: The file has no track of that number.
        """
        if number is None:
            return next((track for track in self.tracks if track.is_default), self.tracks[0])
        if not 1 <= number <= len(self.tracks):
            raise NoSuchTrack(path, number, self.tracks)
        return self.tracks[number - 1]


def sound_track(path: Path, number: int | None = None) -> Track:
    """The track that `read_audio` reads; without a number the default one, or else the first.

    Raises:
        AudioUnreadable: There is no such file, it has no sound track, or ffmpeg is absent.
        NoSuchTrack: The file has no track of that number.
    """
    return Contents.of(path).track(path, number)


def parse_tracks(log: str) -> tuple[Track, ...]:
    """The tracks that ffmpeg's log lists. One that it lists twice, as for programs, counts once."""
    found = {int(match["index"]): match for match in _TRACK.finditer(log)}
    return tuple(_track(number, found[index]) for number, index in enumerate(sorted(found), 1))


def _track(number: int, found: re.Match[str]) -> Track:
    title = _TITLE.search(found["facts"])
    language = found["language"] or ""
    rate = _RATE.search(found["more"])
    return Track(
        number,
        int(found["index"]),
        language="" if language == "und" else language,
        title=" ".join(title[1].split())[:LONGEST_TITLE] if title else "",
        codec=found["codec"],
        is_default="(default)" in found["more"],
        rate_hz=int(rate[1]) if rate else 0,
    )


def executable(path: Path) -> str:
    """Path of the ffmpeg that `imageio-ffmpeg` brings. ``path`` is the file to name in errors.

    Raises:
        AudioUnreadable: There is no ffmpeg.
    """
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except ImportError:
        raise AudioUnreadable(
            path, "only WAV is read without ffmpeg", "pip install 'wordlight[client]'"
        ) from None
    except RuntimeError as error:
        raise AudioUnreadable(path, str(error)) from None


def reason(log: str) -> str:
    """The reason in ffmpeg's last message, without the names of its parts and the file."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return lines[-1].rsplit(": ", 1)[-1] if lines else "ffmpeg found no sound in it"
