"""Finds fonts that are not bundled: in the user's folders, or installed on this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_NAMES = (1, 4, 6, 16)
"""Family, full name, PostScript name, typographic family. Source: OpenType, the name table."""
_STYLE = 2
"""The name ID of the style: Regular, Bold, Italic or Bold Italic."""
_ANSWERS_WITHIN_S = 20.0
_FORMAT = "%{file}\\t%{index}\\t%{family},%{fullname}\\t%{weight}\\t%{slant}\\n"
_N_COLUMNS, _BOLD, _INDEX_BITS = 5, 180, 0xFFFF
"""Columns of a row of fc-list; fontconfig's weight for semi-bold; the bits of a face's index."""
Place = tuple[Path, int]


def find_installed(name: str, is_bold: bool, folders: Sequence[Path]) -> Place | None:
    """File and index of the face that libass would choose for this name, if there is one.

    Faces in ``folders`` take precedence over installed ones.
    """
    for faces in (_faces_of(tuple(folders)), _installed()):
        if known := faces.get(name.casefold()):
            face = min(known, key=lambda face: (face.is_slanted, face.is_bold != is_bold))
            return face.file, face.index
    return None


@lru_cache(maxsize=1)
def _installed() -> Faces:
    """The faces that fontconfig lists, queried once in a process; empty without fontconfig."""
    try:
        done = subprocess.run(
            ["fc-list", "--format", _FORMAT],
            capture_output=True, text=True, errors="replace", timeout=_ANSWERS_WITHIN_S, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return {}
    rows = [row.split("\t") for row in done.stdout.splitlines()]
    return _by_name(_listed(*row) for row in rows if len(row) == _N_COLUMNS)


def _listed(file: str, index: str, names: str, weight: str, slant: str) -> _Own:
    known = frozenset(one.strip().casefold() for one in names.split(","))
    is_bold = weight.isdigit() and int(weight) >= _BOLD
    # The upper half of the index is the number of a variable font's instance.
    number = int(index) & _INDEX_BITS if index.isdigit() else 0
    return _Own(Path(file), number, known, is_bold, slant not in ("", "0"))


@dataclass(frozen=True, slots=True)
class _Own:
    """A face of a font file that is not bundled."""

    file: Path
    index: int
    names: frozenset[str]
    is_bold: bool
    is_slanted: bool


Faces = Mapping[str, Sequence[_Own]]
"""Faces by each of their names, in lower case."""


@lru_cache(maxsize=8)
def _faces_of(folders: tuple[Path, ...]) -> Faces:
    """The faces in the folders by each of their names, in lower case."""
    files = (file for folder in folders for file in sorted(folder.glob("*")))
    return _by_name(
        face for file in files if file.suffix.lower() in _SUFFIXES for face in _faces_in(file)
    )


def _by_name(faces: Iterable[_Own]) -> Faces:
    found: dict[str, list[_Own]] = {}
    for face in faces:
        for name in face.names:
            found.setdefault(name, []).append(face)
    return found


def _faces_in(file: Path) -> Iterator[_Own]:
    import uharfbuzz as hb

    try:
        data = hb.Blob.from_file_path(str(file))
    except hb.HarfBuzzError:  # not a readable font
        return
    for index in range(hb.Face(data).count):
        face = hb.Face(data, index)
        names = frozenset(name.casefold() for kind in _NAMES if (name := face.get_name(kind)))
        style = (face.get_name(_STYLE) or "").casefold()
        is_slanted = "italic" in style or "oblique" in style
        yield _Own(file, index, names, "bold" in style, is_slanted)
