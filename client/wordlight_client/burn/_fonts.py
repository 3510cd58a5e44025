"""Fonts for libass: the bundled and the caller's in one folder, and the names inside font files."""

from __future__ import annotations

import importlib.resources
import struct
from collections.abc import Iterator
from pathlib import Path

from wordlight.errors import InvalidInput

SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_NAMES = {1, 4, 6, 16}
"""Family, full name, PostScript name, typographic family. Source: OpenType, the name table."""
_COLLECTION = b"ttcf"
_MACINTOSH = 1
"""The one platform whose names are not UTF-16."""


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
    try:
        data = file.read_bytes()
        return {name.strip().casefold() for name in _names(data)}
    except (OSError, struct.error, IndexError):
        return set()


def _font_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InvalidInput("fonts", f"names {folder}, which is no folder")
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)


def _names(data: bytes) -> Iterator[str]:
    for face in _face_offsets(data):
        (n_tables,) = struct.unpack_from(">H", data, face + 4)
        for index in range(n_tables):
            tag, _, offset, _ = struct.unpack_from(">4s3I", data, face + 12 + 16 * index)
            if tag == b"name":
                yield from _name_table(data, offset)


def _face_offsets(data: bytes) -> tuple[int, ...]:
    if data[:4] != _COLLECTION:
        return (0,)
    (n_faces,) = struct.unpack_from(">I", data, 8)
    return struct.unpack_from(f">{n_faces}I", data, 12)


def _name_table(data: bytes, table: int) -> Iterator[str]:
    _, n_records, texts = struct.unpack_from(">3H", data, table)
    for index in range(n_records):
        platform, _, _, kind, length, offset = struct.unpack_from(
            ">6H", data, table + 6 + 12 * index
        )
        if kind in _NAMES:
            start = table + texts + offset
            encoding = "mac-roman" if platform == _MACINTOSH else "utf-16-be"
            yield data[start : start + length].decode(encoding, errors="ignore")
