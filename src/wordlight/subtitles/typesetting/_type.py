"""The text of a look: its spelling, its faces and its measures."""

from __future__ import annotations

from dataclasses import dataclass

from wordlight.subtitles.looks import Look
from wordlight.subtitles.typefaces import Extent, Runs

_GEORGIAN = frozenset(map(chr, range(0x10D0, 0x1100)))
"""Letters whose capitals are in few fonts, and which are not written in capitals."""
TALL, DEEP = "bdfhkl", "gjpqy"
TALL_CAPITALS, DEEP_CAPITALS = "BDHO", "Q,"
"""Letters that reach as high above and as low below the baseline as an ordinary line does."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an ordinary line reaches above and below its baseline, in em."""

    above: float
    below: float


def display_text(text: str, look: Look) -> str:
    """The text in capitals if the look has capitals, else unchanged."""
    if not look.uppercase:
        return text
    if look.language.has_dotted_i:
        text = text.replace("i\u0307", "i").replace("i", "İ")
    return "".join(c if c in _GEORGIAN else c.upper() for c in text)


def runs_of(text: str, look: Look) -> Runs:
    """The text in runs, each with the face that draws it."""
    return look.faces.runs(text, look.face)


def extent_em(text: str, look: Look) -> Extent:
    """The measures of the text in em, without letter spacing."""
    return look.faces.extent(text, look.face)


def undrawable(text: str, look: Look) -> str:
    """The characters that no face has, each once. Players would draw empty boxes for them."""
    if text.isascii():
        return ""
    return "".join(dict.fromkeys("".join(face.lacks(run) for face, run in runs_of(text, look))))


def faces_away(text: str, look: Look) -> tuple[str, ...]:
    """The names of the faces that the text needs and that are not available here."""
    return tuple(dict.fromkeys(face.name for face, _ in runs_of(text, look) if not face.is_here))


def width_px(text: str, look: Look, em_px: float) -> float:
    """The advance of the text in pixels, including letter and word spacing.

    Spacing is scaled with the type if the em differs from the look's.
    """
    advance = extent_em(text, look).advance * em_px
    if not look.spacing and not look.word_spacing:
        return advance
    spaced = look.spacing * len(text) + look.word_spacing * text.count(" ")
    return advance + spaced * em_px / look.em


def ordinary_reach(look: Look) -> Reach:
    """How far ordinary lines of this look reach from their baseline."""
    tall, deep = (TALL_CAPITALS, DEEP_CAPITALS) if look.uppercase else (TALL, DEEP)
    return Reach(extent_em(tall, look).top, -extent_em(deep, look).bottom)


def line_box_em(text: str, look: Look) -> tuple[float, float]:
    """The ascent and descent of a line in em."""
    return look.faces.line_box(text, look.face)
