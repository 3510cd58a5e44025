"""A look's text: how it is written, in which faces, and how large it is."""

from __future__ import annotations

from dataclasses import dataclass

from wordlight.subtitles.looks import Look
from wordlight.subtitles.typefaces import Extent, Runs

_GEORGIAN = frozenset(map(chr, range(0x10D0, 0x1100)))
"""Letters of which few fonts have the capitals, and writers use none."""
TALL, DEEP = "bdfhkl", "gjpqy"
TALL_CAPITALS, DEEP_CAPITALS = "BDHO", "Q,"
"""Letters as high above the baseline, and as low below it, as an ordinary line reaches."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an ordinary line reaches from its baseline, up and down, in em."""

    above: float
    below: float


def display_text(text: str, look: Look) -> str:
    """The text as this look writes it."""
    if not look.uppercase:
        return text
    if look.language.has_dotted_i:
        text = text.replace("i\u0307", "i").replace("i", "İ")
    return "".join(c if c in _GEORGIAN else c.upper() for c in text)


def runs_of(text: str, look: Look) -> Runs:
    """Who draws which part of a text in that look."""
    return look.faces.runs(text, look.face)


def extent_em(text: str, look: Look) -> Extent:
    """How large a text is in that look, letter spacing aside, in em."""
    return look.faces.extent(text, look.face)


def undrawable(text: str, look: Look) -> str:
    """The characters of a text that no face has, each once: players would draw empty boxes."""
    if text.isascii():
        return ""
    return "".join(dict.fromkeys("".join(face.lacks(run) for face, run in runs_of(text, look))))


def faces_away(text: str, look: Look) -> tuple[str, ...]:
    """The faces that a text needs and that are not here, by name."""
    return tuple(dict.fromkeys(face.name for face, _ in runs_of(text, look) if not face.is_here))


def width_px(text: str, look: Look, em_px: float) -> float:
    """The advance of a text, with the spacing of letters and words, in pixels.

    In type that is smaller than the look's, these are smaller too.
    """
    advance = extent_em(text, look).advance * em_px
    if not look.spacing and not look.word_spacing:
        return advance
    spaced = look.spacing * len(text) + look.word_spacing * text.count(" ")
    return advance + spaced * em_px / look.em


def ordinary_reach(look: Look) -> Reach:
    """How far this look's ordinary lines reach from their baseline."""
    tall, deep = (TALL_CAPITALS, DEEP_CAPITALS) if look.uppercase else (TALL, DEEP)
    return Reach(extent_em(tall, look).top, -extent_em(deep, look).bottom)


def line_box_em(text: str, look: Look) -> tuple[float, float]:
    """Ascent and descent of a line in that look, in em."""
    return look.faces.line_box(text, look.face)
