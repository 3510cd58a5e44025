"""The fonts that travel with the package.

Their licences are in the folder ``licences`` beside it: libass takes every file in a folder of
fonts for a font and complains about the rest.
"""

from __future__ import annotations

from pathlib import Path

BUNDLED_FONT = "DejaVu Sans"
"""Family name. It covers Latin, Greek, Cyrillic, Arabic and Hebrew."""


def fonts_folder() -> Path:
    """Folder to hand to ``ffmpeg -vf ass=…:fontsdir=…``, so that burning needs no system font."""
    return Path(__file__).parent / "fonts"
