"""The fonts that are bundled with the package.

Their licences are in a folder of their own, ``licences``, because libass treats every file in a
folder of fonts as a font and complains about other files.
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
"""The bundled faces by their names in a style: the file, and whether the style is bold."""
WEIGHTS = {"Inter Medium": ("Inter", 500), "Montserrat ExtraBold": ("Montserrat", 800)}
"""Faces whose names include their weight: the family and the weight for style sheets."""


def css_families(font: str) -> tuple[str, ...]:
    """The names of a face for a style sheet, in order of preference.

    >>> css_families("Inter Medium"), css_families("Anton")
    (('Inter Medium', 'Inter'), ('Anton',))
    """
    family = WEIGHTS.get(font)
    return (font, family[0]) if family else (font,)


def css_weight(font: str, is_bold: bool) -> int:
    """The weight of a face for a style sheet."""
    return WEIGHTS[font][1] if font in WEIGHTS else 700 if is_bold else 400


def fonts_folder() -> Path:
    """Folder for ``ffmpeg -vf ass=…:fontsdir=…``, with which burning needs no system font."""
    return Path(__file__).parents[1] / "fonts"
