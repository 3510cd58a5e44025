"""Chooses where captions and lines break: it prices each boundary and finds the cheapest path.

words ─► units ─► price_boundaries ─► Segmenter ─► spans: words of each caption, line by line
"""

from wordlight.subtitles.breaks._looseness import (
    N_CLASSES,
    N_DISTANCES,
    TENTH,
    looseness,
    sizes,
    traits,
)
from wordlight.subtitles.breaks._prices import (
    ENGLISH,
    PHRASE,
    SENTENCE,
    Prices,
    bond,
    break_after,
    prices_of,
)
from wordlight.subtitles.breaks._segmentation import Segmenter, Span, segment
from wordlight.subtitles.breaks._units import Unit, as_word, units
from wordlight.subtitles.breaks._word_classes import CLASSES, unmarked, word_class

__all__ = [
    "CLASSES",
    "ENGLISH",
    "N_CLASSES",
    "N_DISTANCES",
    "PHRASE",
    "SENTENCE",
    "TENTH",
    "Prices",
    "Segmenter",
    "Span",
    "Unit",
    "as_word",
    "bond",
    "break_after",
    "looseness",
    "prices_of",
    "segment",
    "sizes",
    "traits",
    "units",
    "unmarked",
    "word_class",
]
