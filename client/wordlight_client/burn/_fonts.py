"""Fonts for libass: the bundled and the caller's in one folder, and the names inside font files."""

from __future__ import annotations

import importlib.resources
import struct
from pathlib import Path

from wordlight.errors import InvalidInput

SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_NAMES = {1, 4, 6, 16}
"""Family, full name, PostScript name, typographic family. Source: OpenType, the name table."""
_COLLECTION = b"ttcf"


def bundled_fonts() -> Path | None:
    """The folder of the fonts that the subtitles name, if this installation carries it."""
    folder = importlib.resources.files("wordlight") / "subtitles" / "fonts"
    return folder if isinstance(folder, Path) and folder.is_dir() else None


def lay_out_fonts(own: Path | None, into: Path) -> None:
    """Makes this folder, and in it links to every font, the caller's first.

    libass takes each file of a folder for a font and complains of the rest.

    Raises:
        InvalidInput: ``own`` is no folder, or holds no font.
    """
    into.mkdir()
    mine = [] if own is None else _font_files(own)
    if own is not None and not mine:
        kinds = ", ".join(sorted(SUFFIXES))
        raise InvalidInput("fonts", f"names {own}, which holds no font; looked for: {kinds}")
    bundled = bundled_fonts()
    for index, file in enumerate([*mine, *(_font_files(bundled) if bundled else [])]):
        (into / f"{index:04}{file.suffix.lower()}").symlink_to(file.resolve())


def names_by_face(folder: Path) -> dict[str, set[str]]:
    """The names of each font file in this folder, by each of them; all in lower case."""
    found: dict[str, set[str]] = {}
    for file in _font_files(folder):
        names = font_names(file)
        for name in names:
            found.setdefault(name, set()).update(names)
    return found


def font_names(file: Path) -> set[str]:
    """What the faces in a font file call themselves, in lower case; empty if it is no font."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        with file.open("rb") as opened:
            is_collection = opened.read(len(_COLLECTION)) == _COLLECTION
        with (TTCollection if is_collection else TTFont)(file, lazy=True) as font:
            records = [
                name for face in getattr(font, "fonts", [font]) for name in face["name"].names
            ]
            return {
                record.toUnicode(errors="ignore").strip().casefold()
                for record in records
                if record.nameID in _NAMES
            }
    except (OSError, TTLibError, KeyError, AssertionError, struct.error):
        return set()


def _font_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InvalidInput("fonts", f"names {folder}, which is no folder")
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
