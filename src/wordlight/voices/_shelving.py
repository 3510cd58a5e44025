"""Puts voices on the volume's shelf and takes them off; readers see each change in one step."""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wordlight.audio import Clip, write_wav
from wordlight.contract import LONGEST_REFERENCE_CHARACTERS, LONGEST_VOICE_NAME, check_language
from wordlight.errors import EmptyText, InvalidInput, TooLong, UnknownVoice
from wordlight.manifest import Manifest
from wordlight.storage import sync_file, sync_folder, volume_edge
from wordlight.voices._cards import CARD, VoiceCard
from wordlight.voices._shelf import RECORDING, TEXT, VoiceShelf

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
ASIDE = ".aside"
"""A folder beside the voices, so that a rename stays in one file system. Voices in it lie too deep
for the shelf to find them."""
MOST_CHARACTERS_A_SECOND = 40.0
"""Nobody reads faster: a longer text belongs to another recording."""


@dataclass(frozen=True, slots=True)
class NewVoice:
    """The parts of a new ready voice: ``clip`` is at 24 kHz, ``text`` is exactly what it says."""

    name: str
    clip: Clip
    text: str
    card: VoiceCard


def check_name(name: str) -> None:
    """Checks that a voice can have this name.

    Raises:
        InvalidInput: The name has other characters than a-z, digits, - and _, or begins
            with - or _.
        TooLong: The name has more than 64 characters.
    """
    if len(name) > LONGEST_VOICE_NAME:
        raise TooLong("NAME", len(name), LONGEST_VOICE_NAME, "characters")
    if not NAME.fullmatch(name):
        raise InvalidInput(
            "NAME",
            f"is {name!r}; it must be of small letters a to z, digits, - and _, and begin with "
            "a letter or digit",
        )


def check_free(name: str, manifest: Manifest, volume: Path) -> None:
    """Checks that no voice has this name yet.

    Raises:
        InvalidInput: A voice of the volume, or the models' own, has this name.
    """
    folder = VoiceShelf.of(manifest, volume).folders.get(name)
    if folder is not None:
        whose = "the volume's" if folder.is_relative_to(volume) else f"{manifest.name}'s own"
        raise _taken(name, f"is {whose}")


def check_text(text: str, duration_s: float) -> str:
    """The text on one line, if a recording of that length can say it.

    Raises:
        EmptyText, TooLong, InvalidInput: The text cannot be what the recording says.
    """
    line = " ".join(text.split())
    if not any(character.isalnum() for character in line):
        raise EmptyText("TEXT")
    if len(line) > LONGEST_REFERENCE_CHARACTERS:
        raise TooLong("TEXT", len(line), LONGEST_REFERENCE_CHARACTERS, "characters")
    if len(line) > MOST_CHARACTERS_A_SECOND * duration_s:
        raise InvalidInput(
            "TEXT",
            f"has {len(line)} characters, more than anyone says in {duration_s:.2f} s; "
            "it must be exactly what the recording says",
        )
    return line


def shelve(voice: NewVoice, manifest: Manifest, volume: Path, *, replaces: bool = False) -> Path:
    """Puts a voice on the volume in one step; returns its folder. An error changes nothing there.

    Raises:
        InvalidInput: Its name or language is not allowed, or its name is taken and ``replaces`` is
            False.
        VolumeFull, VolumeReadOnly, FileFailed: The volume does not take it.
    """
    check_name(voice.name)
    check_language(voice.card.language)
    if not replaces:
        check_free(voice.name, manifest, volume)
    folder = volume / "voices" / voice.name
    with volume_edge(volume), _aside(volume) as aside:
        _write(voice, aside / "new")
        if replaces and folder.is_dir():
            _swap(aside / "new", folder, aside / "old")
        else:
            _move_in(aside / "new", folder)
        sync_folder(folder.parent)
    return folder


def unshelve(name: str, manifest: Manifest, volume: Path) -> bool:
    """Removes a voice from the volume.

    Returns whether the models' own voice of that name, which was hidden, is now back in its place.

    Raises:
        UnknownVoice: There is no voice of that name.
        InvalidInput: It is the models' own, or it is the default voice and none takes its place.
        VolumeFull, VolumeReadOnly, FileFailed: The volume does not let it go.
    """
    shelf = VoiceShelf.of(manifest, volume)
    folder = shelf.folders.get(name)
    if folder is None:
        raise UnknownVoice(name, tuple(sorted(shelf.folders)))
    if not folder.is_relative_to(volume):
        raise InvalidInput("NAME", f"{name!r} is {manifest.name}'s own voice; it stays")
    has_own = (manifest.folder / "voices" / name / CARD).is_file()
    if name == manifest.default_voice and not has_own:
        raise InvalidInput("NAME", f"{name!r} is the default voice of {manifest.name}; it stays")
    with volume_edge(volume), _aside(volume) as aside:
        folder.rename(aside / "old")
        sync_folder(folder.parent)
    return has_own


@contextmanager
def _aside(volume: Path) -> Iterator[Path]:
    """A temporary folder on the volume; it is removed with everything in it."""
    root = volume / "voices" / ASIDE
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(voice: NewVoice, folder: Path) -> None:
    folder.mkdir()
    write_wav(folder / RECORDING, voice.clip)
    (folder / TEXT).write_text(voice.text + "\n", encoding="utf-8")
    (folder / CARD).write_text(voice.card.to_json(), encoding="utf-8")
    for path in folder.iterdir():
        sync_file(path)
    sync_folder(folder)


def _move_in(new: Path, folder: Path) -> None:
    """Renames ``new`` to ``folder``; the rename itself fails if something is there."""
    try:
        new.rename(folder)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise _taken(folder.name, "was put there just now, or holds other files") from None
        raise


def _swap(new: Path, folder: Path, old: Path) -> None:
    folder.rename(old)
    try:
        new.rename(folder)
    except BaseException:
        old.rename(folder)
        raise


def _taken(name: str, how: str) -> InvalidInput:
    return InvalidInput(
        "NAME", f"{name!r} is taken: that voice {how}", "--replace puts yours first"
    )
