"""Files of the caller's that are not what they should be."""

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
    """A file that cannot be read as UTF-8 text."""

    code = "TEXT_UNREADABLE"
    says = "{field} cannot be read: {why}"
    meaning = "The file of a script or a lexicon is not there, is closed to you, or is no UTF-8."
    advice = "name a file that you may read, saved as UTF-8"

    why: str


class AudioUnreadable(InvalidInput):
    """A file that holds no sound that could be read."""

    code = "AUDIO_UNREADABLE"
    says = "{field} cannot be read as audio: {why}"
    meaning = "The file is not there, is damaged, or is of no format that ffmpeg knows."
    advice = "{todo}"
    todo = "name a file with sound; `ffmpeg -i FILE` says what one holds"

    def __init__(self, path: Path, why: str, todo: str = "") -> None:
        self.field, self.path, self.why = path.name, path, why
        if todo:
            self.todo = todo


class NoSuchTrack(InvalidInput):
    """A sound track that its file does not have; ``there`` are those that it has."""

    code = "NO_SUCH_TRACK"
    says = "{field} has no audio track {number}; it has {which}"
    meaning = "A file with several sound tracks has none of that number."
    advice = "choose one of these with --track"

    def __init__(self, path: Path, number: int, there: tuple[object, ...]) -> None:
        self.field, self.path, self.number, self.there = path.name, path, number, there

    @property
    def which(self) -> str:
        """The tracks there are, with commas."""
        return ", ".join(map(str, self.there))


class PictureUnreadable(InvalidInput):
    """A file that holds no picture that could be read."""

    code = "PICTURE_UNREADABLE"
    says = "{field} cannot be read as a video or picture: {why}"
    meaning = "The file is not there, is damaged, or is of no format that ffmpeg knows."
    advice = "name a video or a picture; `ffmpeg -i FILE` says what one holds"

    def __init__(self, path: Path, why: str) -> None:
        self.field, self.path, self.why = path.name, path, why


class SubtitlesUnreadable(InvalidInput):
    """A file that is not in the ASS format."""

    code = "SUBTITLES_UNREADABLE"
    says = "{field} cannot be read as ASS subtitles: {why}"
    meaning = "Only ASS says how words light up; SRT and VTT hold no look to draw."
    advice = "name the subtitles.ass that `wordlight narrate` or `wordlight caption` wrote"

    def __init__(self, path: Path, why: str) -> None:
        self.field, self.path, self.why = path.name, path, why


class ScriptUnusable(InvalidInput):
    """A script's file that cannot be read as what it is; the sentence has the line."""

    code = "SCRIPT_UNUSABLE"
    says = "{field} {why}"
    meaning = "The front matter, the dialogue or the directions of a script cannot be."
    advice = "{todo}"
    todo = "correct that line; docs/scripts.md says what a script may hold"

    def __init__(self, name: str, why: str, todo: str = "") -> None:
        self.field, self.why = f"{name}:", why
        if todo:
            self.todo = todo


class LookUnusable(InvalidInput):
    """A look's file that cannot be read as one; the sentence names the key."""

    code = "LOOK_UNUSABLE"
    says = "{field} {why}"
    meaning = "The TOML file of a look has a key or a value that no look can have."
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
    meaning = "The operating system does not let a file or a folder be read or written."
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
