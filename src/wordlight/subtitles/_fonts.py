"""The fonts that travel with the package: DejaVu Sans, regular and bold.

Their licence is ``LICENSE_DEJAVU`` beside this module, not in the folder: libass takes every file
there for a font and complains about the rest.
"""

from __future__ import annotations

from pathlib import Path

BUNDLED_FONT = "DejaVu Sans"
"""Family name. It covers Latin, Greek, Cyrillic, Arabic and Hebrew."""


def fonts_folder() -> Path:
    """Folder to hand to ``ffmpeg -vf ass=…:fontsdir=…``, so that burning needs no system font."""
    return Path(__file__).parent / "fonts"
