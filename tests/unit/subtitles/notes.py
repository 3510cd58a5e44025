"""Words that nobody says, for tests."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from wordlight.subtitles import (
    Caption,
)
from wordlight.words import Ending, Origin, Word


def unspoken(text: str, start_s: float, end_s: float, **more: str) -> list[Word]:
    """Words that nobody says, in the time from there to there."""
    texts = text.split()
    edges = np.linspace(start_s, end_s, len(texts) + 1).tolist()
    return [
        Word(one, a, b, 0.0, Origin.UNSPOKEN, **more)  # type: ignore[arg-type]
        for one, (a, b) in zip(texts, pairwise(edges), strict=True)
    ]


def later(words: list[Word], by_s: float) -> list[Word]:
    return [replace(w, start_s=w.start_s + by_s, end_s=w.end_s + by_s) for w in words]


def ended(words: list[Word]) -> list[Word]:
    """The words as a written line of their own."""
    return [*words[:-1], replace(words[-1], ends=Ending.PARAGRAPH)]


def texts(captions: list[Caption]) -> list[list[str]]:
    return [[line.text for line in caption.lines] for caption in captions]
