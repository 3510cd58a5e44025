"""Captions → files. Each of `wordlight.contract.SUBTITLE_FORMATS` has a module of the same name.

Other packages call only one function of such a module: ``write(presentation) -> str``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from wordlight.subtitles.formats._lines import lines_of
from wordlight.subtitles.formats._presentation import Presentation
from wordlight.subtitles.formats._spotlight import spotlights

__all__ = ["Presentation", "lines_of", "spotlights", "write"]


def write(name: str, presentation: Presentation) -> str:
    """The captions as a file in the named format.

    >>> write("vtt", Presentation([]))
    'WEBVTT\\n'
    """
    writer: Callable[[Presentation], str] = import_module(f"{__name__}.{name}").write
    return writer(presentation)
