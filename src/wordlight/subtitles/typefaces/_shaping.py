"""A font file as libass uses it: metrics, glyphs, and text shaped with HarfBuzz.

libass shapes text with HarfBuzz at one large size and scales the result, without hinting. So the
width is proportional to the size, and all measures here are in em. Each run of one script is shaped
separately.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

RIGHT_TO_LEFT_SCRIPTS = frozenset({"Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg"})
_FEATURES = {"kern": True, "liga": True, "clig": True}
_LATIN_SCRIPT = "Latn"
_SHAPED_PX = 256
"""The font size at which libass shapes."""
_WHOLE_PIXELS_AN_EM = 1 << 3
_OUTLINES = frozenset({"glyf", "CFF ", "CFF2"})
"""Tables of glyph outlines. A font without any of them has only images, such as colour emoji, and
libass cannot use it."""
_INSTANCE_BITS = 16
"""Fontconfig and FreeType store the number of a variable font's instance above these bits of the
index."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The measures of a piece of text in em.

    y goes up from the baseline, x goes right from the pen's start. The ink extends from ``left`` to
    ``right`` and from ``bottom`` to ``top``; without ink all are 0.
    """

    advance: float
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0


class Outlines:
    """One opened face of a font file."""

    def __init__(self, file: Path, index: int = 0) -> None:
        import uharfbuzz as hb

        self._hb = hb
        face = hb.Face(hb.Blob.from_file_path(str(file)), index & (1 << _INSTANCE_BITS) - 1)
        self._font = hb.Font(face)
        if index >> _INSTANCE_BITS:
            self._font.var_named_instance = (index >> _INSTANCE_BITS) - 1
        self._upem: int = face.upem
        self.characters = frozenset(face.unicodes if _OUTLINES & set(face.table_tags) else ())
        ascent, descent = _line(face)
        self.line_em, self.descent_em = (ascent + descent) / self._upem, descent / self._upem
        self._line = ascent + descent
        self._hinted = _pixels_a_unit(face, self._line)
        self._rounding_of: dict[int, float] = {}
        self._ink_of: dict[int, tuple[int, int, int, int] | None] = {}

    def measure(self, text: str) -> Extent:
        """The measures of the text. Scripts run right to left if the first one is written so."""
        runs = list(_runs(text))
        if runs and runs[0][0] in RIGHT_TO_LEFT_SCRIPTS:
            runs.reverse()
        pen = 0.0
        left = bottom = math.inf
        right = top = -math.inf
        for script, run in runs:
            for glyph, x_advance, x_offset, y_offset in self._shaped(script, run):
                if (ink := self._ink(glyph)) is not None:
                    x, y = pen + x_offset, y_offset
                    left, right = min(left, x + ink[0]), max(right, x + ink[1])
                    bottom, top = min(bottom, y + ink[2]), max(top, y + ink[3])
                pen += x_advance
        em = self._upem
        if right < left:
            return Extent(pen / em)
        return Extent(pen / em, left / em, right / em, top / em, bottom / em)

    def _shaped(self, script: str, text: str) -> Iterator[tuple[int, float, int, int]]:
        """The glyph, advance, right offset and up offset of each glyph, from left to right."""
        buffer = self._hb.Buffer()
        buffer.add_str(text)
        buffer.script = script
        buffer.direction = "rtl" if script in RIGHT_TO_LEFT_SCRIPTS else "ltr"
        self._hb.shape(self._font, buffer, _FEATURES)
        for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            advance = at.x_advance and at.x_advance + self._rounding(info.codepoint)
            yield info.codepoint, advance, at.x_offset, at.y_offset

    def _rounding(self, glyph: int) -> float:
        """The difference that libass adds to a glyph's advance, in font units.

        libass makes FreeType round advances to pixels, always at the same size. Source: libass,
        ``fix_glyph_scaling`` and ``ass_glyph_metrics_construct``.
        """
        if glyph not in self._rounding_of:
            advance = self._font.get_glyph_h_advance(glyph)
            pixels = math.floor(advance * self._hinted + 0.5)
            self._rounding_of[glyph] = pixels * self._line / _SHAPED_PX - advance
        return self._rounding_of[glyph]

    def _ink(self, glyph: int) -> tuple[int, int, int, int] | None:
        """Left, right, bottom and top of a glyph's ink, in font units."""
        if glyph not in self._ink_of:
            box = self._font.get_glyph_extents(glyph)
            self._ink_of[glyph] = (
                (
                    box.x_bearing,
                    box.x_bearing + box.width,
                    box.y_bearing + box.height,
                    box.y_bearing,
                )
                if box is not None and box.width
                else None
            )
        return self._ink_of[glyph]


@lru_cache(maxsize=64)
def open_outlines(file: Path, index: int = 0) -> Outlines:
    """The face; each face is opened once."""
    return Outlines(file, index)


def _line(face: Any) -> tuple[int, int]:
    """Ascent and descent in font units. libass scales their sum to the font size.

    Source: libass, ``set_font_metrics`` of ass_font.c: the OS/2 table's values for Windows, else
    those of hhea.
    """
    table = face.reference_table("OS/2").data
    if len(table) >= 78:
        ascent, descent = struct.unpack_from(">2h", table, 74)
        if ascent + descent != 0:
            return ascent, descent
    table = face.reference_table("hhea").data
    ascent, descent = struct.unpack_from(">2h", table, 4) if len(table) >= 8 else (0, 0)
    return (ascent, -descent) if ascent != descent else (face.upem, 0)


def _pixels_a_unit(face: Any, line: int) -> float:
    """The scale of hinted advances at the font size at which libass shapes.

    Some fonts require a whole number of pixels per em. Source: FreeType, ``tt_size_reset``.
    """
    head = face.reference_table("head").data
    em_px: float = face.upem * _SHAPED_PX / line
    if len(head) >= 18 and struct.unpack_from(">H", head, 16)[0] & _WHOLE_PIXELS_AN_EM:
        em_px = math.floor(em_px + 0.5)
    return em_px / int(face.upem)


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """The text in runs of one script. Shared characters join the letters before or after them."""
    if text.isascii():
        if text:
            yield _LATIN_SCRIPT, text
        return
    scripts = [_script_of(character) for character in text]
    last = next((script for script in scripts if script), _LATIN_SCRIPT)
    for place, script in enumerate(scripts):
        last = scripts[place] = script or last
    place = 0
    for script, group in groupby(scripts):
        end = place + sum(1 for _ in group)
        yield script, text[place:end]
        place = end


@lru_cache(maxsize=8192)
def _script_of(character: str) -> str:
    """The character's script as an ISO 15924 code; empty if many scripts share the character."""
    import uharfbuzz as hb

    buffer = hb.Buffer()
    buffer.add_str(character)
    buffer.guess_segment_properties()
    script: str | None = buffer.script
    return script if script and script not in ("Zyyy", "Zinh", "Zzzz") else ""
