"""Problems with files that the caller provides."""

from __future__ import annotations

from pathlib import Path

from wordlight.errors._requests import InvalidInput
from wordlight.errors._root import WordlightError

__all__ = [
    "AudioUnreadable",
    "FileFailed",
    "FolderInUse",
    "LookUnusable",
    "NoSuchTrack",
    "PictureUnreadable",
    "ScriptUnusable",
    "SubtitlesUnreadable",
    "TextUnreadable",
]


class TextUnreadable(InvalidInput):
    """The file cannot be read as UTF-8 text."""

    code = "TEXT_UNREADABLE"
    says = "{field} cannot be read: {why}"
    meaning = "The file of a script or a lexicon does not exist, may not be read, or is not UTF-8."
    advice = "name a file that you may read, saved as UTF-8"

    why: str


class AudioUnreadable(InvalidInput):
    """The file has no sound that can be read."""

    code = "AUDIO_UNREADABLE"
    says = "{field} cannot be read as audio: {why}"
    meaning = "The file does not exist, is damaged, or has a format that ffmpeg does not know."
    advice = "{todo}"
    todo = "name a file with sound; `ffmpeg -i FILE` says what one holds"

    def __init__(self, path: Path, why: str, todo: str = "") -> None:
        self.field, self.path, self.why = path.name, path, why
        if todo:
            self.todo = todo


class NoSuchTrack(InvalidInput):
    """The file does not have this sound track; ``there`` lists its tracks."""

    code = "NO_SUCH_TRACK"
    says = "{field} has no audio track {number}; it has {which}"
    meaning = "The file has several sound tracks, but none of that number."
    advice = "choose one of these with --track"

    def __init__(self, path: Path, number: int, there: tuple[object, ...]) -> None:
        self.field, self.path, self.number, self.there = path.name, path, number, there

    @property
    def which(self) -> str:
        """The tracks of the file, separated by commas."""
        return ", ".join(map(str, self.there))


class PictureUnreadable(InvalidInput):
    """The file has no picture that can be read."""

    code = "PICTURE_UNREADABLE"
    says = "{field} cannot be read as a video or picture: {why}"
    meaning = "The file does not exist, is damaged, or has a format that ffmpeg does not know."
    advice = "name a video or a picture; `ffmpeg -i FILE` says what one holds"

    def __init__(self, path: Path, why: str) -> None:
        self.field, self.path, self.why = path.name, path, why


class SubtitlesUnreadable(InvalidInput):
    """The file is not in the ASS format."""

    code = "SUBTITLES_UNREADABLE"
    says = "{field} cannot be read as ASS subtitles: {why}"
    meaning = "Only the ASS format describes how words light up; SRT and VTT have no look to draw."
    advice = "name the subtitles.ass that `wordlight narrate` or `wordlight caption` wrote"

    def __init__(self, path: Path, why: str) -> None:
        self.field, self.path, self.why = path.name, path, why


class ScriptUnusable(InvalidInput):
    """The file is not a valid script of its kind; the message names the line."""

    code = "SCRIPT_UNUSABLE"
    says = "{field} {why}"
    meaning = "The front matter, the dialogue or a direction of the script is invalid."
    advice = "{todo}"
    todo = "correct that line; docs/scripts.md says what a script may hold"

    def __init__(self, name: str, why: str, todo: str = "") -> None:
        self.field, self.why = f"{name}:", why
        if todo:
            self.todo = todo


class LookUnusable(InvalidInput):
    """The file cannot be read as a look; the message names the key."""

    code = "LOOK_UNUSABLE"
    says = "{field} {why}"
    meaning = "The TOML file of a look has a key or a value that is not allowed."
    advice = "{todo}"
    todo = "correct that key; docs/looks.md says what a look may hold"

    def __init__(self, name: str, why: str, todo: str = "") -> None:
        self.field, self.why = f"{name}:", why
        if todo:
            self.todo = todo


class FileFailed(WordlightError):
    """The system refuses to read or to write a file."""

    code = "FILE_FAILED"
    says = "{where}{reason}"
    meaning = "The operating system refuses to read or write a file or a folder."
    advice = "correct the path, its permissions, or make room there"

    path: str
    reason: str

    @property
    def where(self) -> str:
        """The file, if it is known."""
        return f"{self.path}: " if self.path else ""


class FolderInUse(FileFailed):
    """A folder into which another process writes."""

    code = "FOLDER_IN_USE"
    says = "{reason}: {path}"
    meaning = "Two runs would mix their files in one folder."
    advice = "wait for the other, or choose another folder with -o"
