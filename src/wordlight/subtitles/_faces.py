"""Faces by the names that ASS styles give them, what they lack, and how large text is in them."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wordlight.subtitles._clusters import clusters
from wordlight.subtitles._fonts import fonts_folder
from wordlight.subtitles._installed import find_installed
from wordlight.subtitles._shaping import KERNING, Extent, Outlines, open_outlines

__all__ = [
    "BUNDLED",
    "FALLBACKS",
    "KERNING",
    "Extent",
    "Face",
    "find_face",
    "split",
]

BUNDLED = {
    "Anton": ("Anton-Regular.ttf", False),
    "Montserrat": ("Montserrat-Bold.ttf", True),
    "Montserrat ExtraBold": ("Montserrat-ExtraBold.ttf", False),
    "Inter": ("Inter-Bold.ttf", True),
    "Inter Medium": ("Inter-Medium.ttf", False),
    "Noto Emoji": ("NotoEmoji-Bold.ttf", True),
    "DejaVu Sans": ("DejaVuSans-Bold.ttf", True),
}
"""File of each bundled face by the name that a style gives it, and whether that style is bold."""
FOLDERS = "WORDLIGHT_FONTS"
_FILES = {name.casefold(): file for name, (file, _) in BUNDLED.items()}
_LINE_EM, _DESCENT_EM = 1.164, 0.236
"""Of DejaVu Sans: small beside other faces, so that an estimate is not too narrow."""
_LOWER_EM, _UPPER_EM, _WIDE_EM = 0.66, 0.80, 1.0
_CAPITAL_EM, _BELOW_EM = 0.76, -0.24
_SYMBOLS = range(0x1F000, 0x20000)
"""Emoji and the like, which faces for text do not have."""
_VARIATIONS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


@dataclass(frozen=True, slots=True)
class Face:
    """One face; without a ``file`` it is not installed here, and all it says is an estimate.

    ``name`` is what an ASS style calls it, ``is_bold`` that style's flag.
    """

    name: str
    is_bold: bool = False
    file: Path | None = None
    index: int = 0

    @property
    def is_here(self) -> bool:
        """Whether its glyphs can be looked at."""
        return self.file is not None

    @property
    def line_em(self) -> float:
        """Ascent and descent: an ASS font size is that many em."""
        return _LINE_EM if self.file is None else self._outlines().line_em

    @property
    def descent_em(self) -> float:
        r"""How far the baseline is above the line's lower edge, which ``\an2`` places."""
        return _DESCENT_EM if self.file is None else self._outlines().descent_em

    def lacks(self, text: str) -> str:
        """The characters that it has no glyph for, each once; what is never seen aside."""
        return _lacking(self, text)

    def measure(self, text: str) -> Extent:
        """How large the text is, kerned; in a line of several scripts, ink is that of the whole."""
        return _measured(self, text)

    def _outlines(self) -> Outlines:
        assert self.file is not None
        return open_outlines(self.file, self.index)


_folders: tuple[Path, ...] = ()


def use_fonts(*folders: Path) -> None:
    """Measures text in the fonts of these folders from now on, before those that are installed.

    It holds for the whole process: whoever draws the subtitles must have the same fonts.
    """
    global _folders
    _folders = folders
    find_face.cache_clear()


def fonts_from_environment() -> None:
    """Calls `use_fonts` with the folders that ``WORDLIGHT_FONTS`` names, parted as in ``PATH``."""
    named = os.environ.get(FOLDERS, "").split(os.pathsep)
    use_fonts(*(Path(folder) for folder in named if folder))


def is_bundled(name: str) -> bool:
    """Whether a face of that name comes with Wordlight."""
    return name.casefold() in _FILES


@lru_cache(maxsize=256)
def find_face(name: str, is_bold: bool = False) -> Face:
    """The bundled face of that name, else one installed here, else an estimating one.

    >>> find_face("Inter Medium").is_here, find_face("No Such Face").is_here
    (True, False)
    """
    if bundled := _FILES.get(name.casefold()):
        return Face(name, is_bold, fonts_folder() / bundled)
    found = find_installed(name, is_bold, _folders)
    return Face(name, is_bold, *found) if found else Face(name, is_bold)


FALLBACKS = (
    find_face("Inter", True),
    find_face("Noto Emoji", True),
    find_face("DejaVu Sans", True),
)
"""The bundled faces that are asked, in this order, for what a look's own face lacks."""


def split(text: str, face: Face, others: Sequence[Face] = FALLBACKS) -> list[tuple[Face, str]]:
    """The text in runs, each with the first face that has all its characters.

    What a reader takes for one character is never parted. Where no face has it, its own stays.

    >>> [(face.name, run) for face, run in split("Hi 🔥!", find_face("Anton"))]
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


@lru_cache(maxsize=32768)
def _lacking(face: Face, text: str) -> str:
    if face.file is None:
        return "".join(dict.fromkeys(c for c in text if ord(c) in _SYMBOLS))
    has = open_outlines(face.file, face.index).characters
    return "".join(dict.fromkeys(c for c in text if ord(c) not in has and _is_seen(c)))


@lru_cache(maxsize=32768)  # two hours of words and lines
def _measured(face: Face, text: str) -> Extent:
    if face.file is not None:
        return open_outlines(face.file, face.index).measure(text)
    advance = sum(map(_estimated_em, text))
    return (
        Extent(advance, 0.0, advance, _CAPITAL_EM, _BELOW_EM) if text.strip() else Extent(advance)
    )


def _is_seen(character: str) -> bool:
    if character.isspace() or unicodedata.category(character) in ("Cf", "Cc"):
        return False
    return not any(ord(character) in selectors for selectors in _VARIATIONS)


def _estimated_em(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return _WIDE_EM
    return _UPPER_EM if character.isupper() else _LOWER_EM
