"""A face by its name in an ASS style: the characters that it lacks, and the size of text in it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wordlight.subtitles.typefaces._shaping import Extent, Outlines, open_outlines

_LINE_EM, _DESCENT_EM = 1.164, 0.236
"""The metrics of DejaVu Sans. Its line height is small among faces, so a width estimate is not too
narrow."""
_LOWER_EM, _UPPER_EM, _WIDE_EM = 0.66, 0.80, 1.0
_CAPITAL_EM, _BELOW_EM = 0.76, -0.24
_SYMBOLS = range(0x1F000, 0x20000)
"""Emoji and other symbols, which text faces lack."""
_VARIATIONS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


@dataclass(frozen=True, slots=True)
class Face:
    """One face. A face without ``file`` is not installed here, and its measures are estimates.

    ``name`` is its name in an ASS style; ``is_bold`` is that style's flag.
    """

    name: str
    is_bold: bool = False
    file: Path | None = None
    index: int = 0

    @property
    def is_here(self) -> bool:
        """Whether its font file is available."""
        return self.file is not None

    @property
    def line_em(self) -> float:
        """The sum of ascent and descent. An ASS font size equals this many em."""
        return _LINE_EM if self.file is None else self._outlines().line_em

    @property
    def descent_em(self) -> float:
        r"""The height of the baseline above the line's lower edge, which ``\an2`` positions."""
        return _DESCENT_EM if self.file is None else self._outlines().descent_em

    def lacks(self, text: str) -> str:
        """The visible characters for which the face has no glyph, each once."""
        return _lacking(self, text)

    def measure(self, text: str) -> Extent:
        """The measures of the text, kerned. Ink in several scripts is measured as a whole."""
        return _measured(self, text)

    def _outlines(self) -> Outlines:
        assert self.file is not None
        return open_outlines(self.file, self.index)


@lru_cache(maxsize=32768)
def _lacking(face: Face, text: str) -> str:
    if face.file is None:
        return "".join(dict.fromkeys(c for c in text if ord(c) in _SYMBOLS))
    has = open_outlines(face.file, face.index).characters
    return "".join(dict.fromkeys(c for c in text if ord(c) not in has and _is_seen(c)))


@lru_cache(maxsize=32768)  # the words and lines of two hours
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
