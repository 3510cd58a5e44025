"""The fonts that travel with the package.

Their licences are in the folder ``licences`` beside it: libass takes every file in a folder of
fonts for a font and complains about the rest.
"""

from __future__ import annotations

from pathlib import Path

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
WEIGHTS = {"Inter Medium": ("Inter", 500), "Montserrat ExtraBold": ("Montserrat", 800)}
"""Faces whose weight is part of the name: the family and the weight, as style sheets say it."""


def css_families(font: str) -> tuple[str, ...]:
    """The names by which a style sheet asks for a face.

    >>> css_families("Inter Medium"), css_families("Anton")
    (('Inter Medium', 'Inter'), ('Anton',))
    """
    family = WEIGHTS.get(font)
    return (font, family[0]) if family else (font,)


def css_weight(font: str, is_bold: bool) -> int:
    """The weight of a face, as a style sheet says it."""
    return WEIGHTS[font][1] if font in WEIGHTS else 700 if is_bold else 400


def fonts_folder() -> Path:
    """Folder to hand to ``ffmpeg -vf ass=…:fontsdir=…``, so that burning needs no system font."""
    return Path(__file__).parents[1] / "fonts"
