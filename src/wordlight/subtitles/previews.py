"""Previews of a look, with given words and times: all that the client needs of subtitles.

Importing this module does not import `wordlight.reading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wordlight.subtitles._call import SubtitleCall, check_times, piece_glue
from wordlight.subtitles._layout import set_captions
from wordlight.subtitles._settled import settle
from wordlight.subtitles.formats import write
from wordlight.subtitles.looks import RECIPE_OF, shape_of
from wordlight.subtitles.typefaces import FACES, Faces
from wordlight.words import Word

__all__ = ["RECIPE_OF", "PreviewedFile", "preview", "shape_of"]


@dataclass(frozen=True, slots=True)
class PreviewedFile:
    """An ASS file, and the words of each of its captions."""

    ass: str
    captions: tuple[tuple[Word, ...], ...]


def preview(
    words: Sequence[Word], options: Mapping[str, Any], fonts: Iterable[Path] = ()
) -> PreviewedFile:
    """The words as the model `subtitles` would show them. ``options`` are fields of `SubtitleCall`.

    Text is measured in the faces of the folders ``fonts`` too.

    Raises:
        InvalidInput: An option is not valid.
    """
    texts = [word.text for word in words]
    call = SubtitleCall(texts, np.zeros(0), np.zeros(0), **options)
    folders = tuple(fonts)
    settled = settle(call, call.language or "en", faces=Faces(*folders) if folders else FACES)
    timed = [
        Word(word.text, word.start_s, word.end_s, glue=space)
        for word, space in zip(words, piece_glue(texts), strict=True)
    ]
    check_times(timed)
    captions = set_captions(timed, settled.layout)
    file = write("ass", settled.present(captions))
    return PreviewedFile(file, tuple(tuple(caption.words) for caption in captions))
