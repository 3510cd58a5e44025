"""Fonts that this machine has besides the bundled ones: in folders of the user's, or installed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

FOLDERS = "WORDLIGHT_FONTS"
"""The variable that names folders with fonts, parted as in ``PATH``."""
_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_NAMES = (1, 4, 6, 16)
"""Family, full name, PostScript name, typographic family. Source: OpenType, the name table."""
_STYLE = 2
"""The name that is Bold or Bold Italic in a family of four styles."""
_ANSWERS_WITHIN_S = 20.0
_ESCAPED = str.maketrans({character: f"\\{character}" for character in "\\-:,"})


def find_installed(name: str, is_bold: bool) -> tuple[Path, int] | None:
    """File and index of the face that libass would choose under this name, if there is one."""
    own = _own_faces(os.environ.get(FOLDERS, "")).get(name.casefold(), {})
    if own:
        return own.get(is_bold) or next(iter(own.values()))
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


@lru_cache(maxsize=8)
def _own_faces(folders: str) -> dict[str, dict[bool, tuple[Path, int]]]:
    """The faces in those folders by each of their names in lower case, and by being bold."""
    found: dict[str, dict[bool, tuple[Path, int]]] = {}
    for folder in filter(None, folders.split(os.pathsep)):
        for file in sorted(Path(folder).glob("*")):
            if file.suffix.lower() not in _SUFFIXES:
                continue
            for index, names, is_bold in _faces_in(file):
                for name in names:
                    found.setdefault(name, {}).setdefault(is_bold, (file, index))
    return found


def _faces_in(file: Path) -> Iterator[tuple[int, set[str], bool]]:
    import uharfbuzz as hb

    data = hb.Blob.from_file_path(str(file))
    for index in range(hb.Face(data).count):
        face = hb.Face(data, index)
        names = {face.get_name(kind) for kind in _NAMES}
        is_bold = "bold" in (face.get_name(_STYLE) or "").casefold()
        yield index, {name.casefold() for name in names if name}, is_bold
