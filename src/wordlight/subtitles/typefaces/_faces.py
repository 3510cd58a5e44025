"""Finds faces by name, and splits text among them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from wordlight.contract import families_for
from wordlight.subtitles.typefaces._bundled import BUNDLED, fonts_folder
from wordlight.subtitles.typefaces._clusters import clusters
from wordlight.subtitles.typefaces._face import Face
from wordlight.subtitles.typefaces._installed import find_installed
from wordlight.subtitles.typefaces._shaping import Extent

FOLDERS = "WORDLIGHT_FONTS"
_FILES = {name.casefold(): file for name, (file, _) in BUNDLED.items()}

Runs = tuple[tuple[Face, str], ...]


def is_bundled(name: str) -> bool:
    """Whether a face of this name is bundled with Wordlight."""
    return name.casefold() in _FILES


class Faces:
    """Looks up faces: first the bundled ones, then those in ``folders``, then the installed ones.

    Whoever draws the subtitles must have the same fonts.

    >>> [Faces().find(name).is_here for name in ("Inter Medium", "No Such Face")]
    [True, False]
    """

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self.find = lru_cache(maxsize=256)(self._find)
        # every format needs the same lines: room for two hours of them
        self.runs = lru_cache(maxsize=8192)(self._runs)
        self.extent = lru_cache(maxsize=32768)(self._extent)
        self.line_box = lru_cache(maxsize=32768)(self._line_box)

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Faces:
        """With the folders in ``WORDLIGHT_FONTS``, which are separated as in ``PATH``."""
        named = environment.get(FOLDERS, "").split(os.pathsep)
        return cls(*(Path(folder) for folder in named if folder))

    def _find(self, name: str, is_bold: bool = False) -> Face:
        """The face of this name; if it is not available, a face with estimated measures."""
        if bundled := _FILES.get(name.casefold()):
            return Face(name, is_bold, fonts_folder() / bundled)
        found = find_installed(name, is_bold, self._folders)
        return Face(name, is_bold, *found) if found else Face(name, is_bold)

    def _runs(self, text: str, own: Face) -> Runs:
        """The text in runs, each with the face that has its characters."""
        others = [*FALLBACKS, *map(self.find, families_for(own.lacks(text)))] if text else []
        runs = split(text, own, others)
        return tuple(
            (face, "".join(run for _, run in together))
            for face, together in groupby(runs, key=lambda run: run[0])
        )

    def _extent(self, text: str, own: Face) -> Extent:
        """The measures of the text in this face and its fallbacks, in em."""
        found = [face.measure(run) for face, run in self.runs(text, own)]
        if len(found) == 1:
            return found[0]
        advance, left, right, top, bottom = 0.0, 0.0, 0.0, 0.0, 0.0
        for one in found:
            left, right = min(left, advance + one.left), max(right, advance + one.right)
            top, bottom = max(top, one.top), min(bottom, one.bottom)
            advance += one.advance
        return Extent(advance, left, right, top, bottom)

    def _line_box(self, text: str, own: Face) -> tuple[float, float]:
        """The greatest ascent and descent of the faces in a line, in em."""
        faces = [face for face, _ in self.runs(text, own)] or [own]
        descent = max(face.descent_em for face in faces)
        return max(face.line_em - face.descent_em for face in faces), descent


FACES = Faces()
"""The faces that are available without a user's folders."""
FALLBACKS = (
    FACES.find("Inter", True),
    FACES.find("Noto Emoji", True),
    FACES.find("DejaVu Sans", True),
)
"""Bundled faces to try, in this order, for characters that the look's face lacks."""


def split(text: str, face: Face, others: Sequence[Face] = FALLBACKS) -> list[tuple[Face, str]]:
    """The text in runs, each with the first face that has all its characters.

    A grapheme cluster is never split. If no face has it, it stays with ``face``.

    >>> [(face.name, run) for face, run in split("Hi 🔥!", FACES.find("Anton"))]
    [('Anton', 'Hi '), ('Noto Emoji', '🔥'), ('Anton', '!')]
    """
    if not text or not face.lacks(text):
        return [(face, text)] if text else []
    runs: list[tuple[Face, str]] = []
    for cluster in clusters(text):
        chosen = _face_of(cluster, face, tuple(others))
        if runs and (runs[-1][0] == chosen):
            runs[-1] = (chosen, runs[-1][1] + cluster)
        else:
            runs.append((chosen, cluster))
    return runs


@lru_cache(maxsize=4096)
def _face_of(cluster: str, face: Face, others: tuple[Face, ...]) -> Face:
    return next((one for one in (face, *others) if not one.lacks(cluster)), face)
