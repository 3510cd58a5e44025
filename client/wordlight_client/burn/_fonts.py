"""Fonts for libass: bundled ones and the caller's in one folder, and the names in font files."""

from __future__ import annotations

import importlib.resources
import struct
from pathlib import Path

from wordlight.errors import InvalidInput

SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_NAMES = {1, 4, 6, 16}
"""Ids of family, full name, PostScript name and typographic family. Source: OpenType, the name
table."""
_COLLECTION = b"ttcf"


def bundled_fonts() -> Path | None:
    """The folder of the fonts that the subtitles name, if this installation has it."""
    folder = importlib.resources.files("wordlight") / "subtitles" / "fonts"
    return folder if isinstance(folder, Path) and folder.is_dir() else None


def lay_out_fonts(own: Path | None, into: Path) -> None:
    """Makes the folder ``into`` with links to all fonts, the caller's first.

    Other files are left out: libass takes each file for a font, and complains if it is none.

    Raises:
        InvalidInput: ``own`` is not a folder, or has no font.
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
    """All names of each font file in this folder, under each of its names; all in lower case."""
    found: dict[str, set[str]] = {}
    for file in _font_files(folder):
        names = font_names(file)
        for name in names:
            found.setdefault(name, set()).update(names)
    return found


def font_names(file: Path) -> set[str]:
    """The names of the faces in a font file, in lower case; empty if it is not a font."""
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
