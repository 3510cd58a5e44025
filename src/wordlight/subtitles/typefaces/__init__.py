"""Typefaces and their measures: bundled faces, the user's faces, and installed ones.

Faces ─► find(name) ─► Face ─► measure(text), lacks(text)
  └────► runs(text, face): which face draws which part of a text
"""

from wordlight.subtitles.typefaces._bundled import BUNDLED, css_families, css_weight, fonts_folder
from wordlight.subtitles.typefaces._clusters import clusters
from wordlight.subtitles.typefaces._face import Face
from wordlight.subtitles.typefaces._faces import FACES, Faces, Runs, is_bundled, split
from wordlight.subtitles.typefaces._shaping import Extent

__all__ = [
    "BUNDLED",
    "FACES",
    "Extent",
    "Face",
    "Faces",
    "Runs",
    "clusters",
    "css_families",
    "css_weight",
    "fonts_folder",
    "is_bundled",
    "split",
]
