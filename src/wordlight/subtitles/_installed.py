"""Fonts that this machine has besides the bundled ones: in folders of the user's, or installed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDERS = "WORDLIGHT_FONTS"
"""The variable that names folders with fonts, parted as in ``PATH``."""
_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_NAMES = (1, 4, 6, 16)
"""Family, full name, PostScript name, typographic family. Source: OpenType, the name table."""
_STYLE = 2
"""The name that is Regular, Bold, Italic or Bold Italic."""
_ANSWERS_WITHIN_S = 20.0
_ESCAPED = str.maketrans({character: f"\\{character}" for character in "\\-:,"})


def find_installed(name: str, is_bold: bool) -> tuple[Path, int] | None:
    """File and index of the face that libass would choose under this name, if there is one."""
    own = _own_faces(os.environ.get(FOLDERS, "")).get(name.casefold(), [])
    if own:
        face = min(own, key=lambda face: (face.is_slanted, face.is_bold != is_bold))
        return face.file, face.index
    return _matched(name, is_bold)


def _matched(name: str, is_bold: bool) -> tuple[Path, int] | None:
    """What fontconfig answers, which always knows a substitute: one of another name is none."""
    pattern = f"{name.translate(_ESCAPED)}:{'bold' if is_bold else 'regular'}"
    command = ["fc-match", "--format", "%{file}\n%{index}\n%{family},%{fullname}", pattern]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_ANSWERS_WITHIN_S, check=True
        )
        file, index, names = done.stdout.split("\n", 2)
        known = {one.strip().casefold() for one in names.split(",")}
        return (Path(file), int(index)) if name.casefold() in known else None
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


@dataclass(frozen=True, slots=True)
class _Own:
    """A face in a folder of the user's."""

    file: Path
    index: int
    names: frozenset[str]
    is_bold: bool
    is_slanted: bool


@lru_cache(maxsize=8)
def _own_faces(folders: str) -> dict[str, list[_Own]]:
    """The faces in those folders by each of their names, which are in lower case."""
    found: dict[str, list[_Own]] = {}
    for folder in filter(None, folders.split(os.pathsep)):
        for file in sorted(Path(folder).glob("*")):
            if file.suffix.lower() in _SUFFIXES:
                for face in _faces_in(file):
                    for name in face.names:
                        found.setdefault(name, []).append(face)
    return found


def _faces_in(file: Path) -> Iterator[_Own]:
    import uharfbuzz as hb

    try:
        data = hb.Blob.from_file_path(str(file))
    except hb.HarfBuzzError:  # it cannot be read
        return
    for index in range(hb.Face(data).count):
        face = hb.Face(data, index)
        names = frozenset(name.casefold() for kind in _NAMES if (name := face.get_name(kind)))
        style = (face.get_name(_STYLE) or "").casefold()
        is_slanted = "italic" in style or "oblique" in style
        yield _Own(file, index, names, "bold" in style, is_slanted)
