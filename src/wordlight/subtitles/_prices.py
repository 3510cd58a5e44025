"""What a break costs: every choice of the segmentation, as numbers that can be tuned.

One point is about what a break inside a clause costs more than one after a comma, halved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wordlight.subtitles._language import Language
from wordlight.words import Word

SENTENCE, CLAUSE, PHRASE = 0, 1, 2
"""What ends with a word: a sentence, a clause (comma, colon, dash), or neither."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Points; less is better. Pairs and triples are indexed by `SENTENCE`, `CLAUSE`, `PHRASE`."""

    caption: float = 2.0
    """Every caption: fewer, fuller ones read calmer."""
    caption_end: tuple[float, float, float] = (0.0, 1.2, 3.2)
    line_end: tuple[float, float, float] = (0.0, 0.3, 1.2)
    function_word_at_caption_end: float = 7.0
    function_word_at_line_end: float = 6.0
    sentence_inside: float = 1.4
    """A sentence ends inside a caption."""
    pause_relief: float = 2.5
    """Off a caption's end at a pause of `full_pause_s` or more, in proportion below."""
    full_pause_s: float = 0.5
    pause_inside: float = 4.0
    """Per second beyond `full_pause_s` that a caption stands over silence between its words."""
    two_speakers: float = 1e6
    """A caption goes on after a change of speaker: never, in effect."""
    second_line: float = 0.4
    imbalance: float = 1.2
    """Two lines that differ by a whole line; times the share."""
    top_heavy: float = 0.3
    """More of it when the upper line is the longer one."""
    too_short: float = 8.0
    """No room for the shortest time; times the share missing."""
    too_fast: float = 4.0
    """Twice the reading speed or more; times the share above it."""
    too_long: float = 40.0
    """Speech longer than a caption may stand, plus 10 per second."""
    long_word: float = 40.0
    """One word wider than a line."""


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The price, (n_words,) each, of ending a caption or a line after word k, or of going on."""

    caption_end: NDArray[np.float64]
    line_end: NDArray[np.float64]
    inside: NDArray[np.float64]


def price_boundaries(words: Sequence[Word], language: Language, prices: Prices) -> Boundaries:
    """The price of every boundary, from its punctuation, its small word and its pause."""
    ends = np.array([break_after(word.text) for word in words])
    leaning = np.array([is_function_word(word.text, language) for word in words], dtype=np.float64)
    starts_s = np.array([word.start_s for word in words])
    ends_s = np.array([word.end_s for word in words])
    pauses_s = np.append(starts_s[1:] - ends_s[:-1], 0.0).clip(min=0.0)

    relief = prices.pause_relief * (pauses_s / prices.full_pause_s).clip(max=1.0)
    caption_end = np.array(prices.caption_end)[ends] - relief
    caption_end += prices.function_word_at_caption_end * leaning
    line_end = np.array(prices.line_end)[ends] + prices.function_word_at_line_end * leaning
    inside = prices.sentence_inside * (ends == SENTENCE)
    inside = inside + prices.pause_inside * (pauses_s - prices.full_pause_s).clip(min=0.0)
    inside = inside + prices.two_speakers * _changes_of_speaker(words)
    return Boundaries(caption_end, line_end, inside)


def _changes_of_speaker(words: Sequence[Word]) -> NDArray[np.bool_]:
    pairs = pairwise(word.speaker for word in words)
    return np.array([*(left != right for left, right in pairs), False])


CLOSERS = "\"'”’»›)]}）】」』〉》"
SENTENCE_ENDS = tuple(".!?…。！？｡؟۔।")
CLAUSE_ENDS = (*",;:—–、，；：،؛", "--", " -")
ABBREVIATIONS = frozenset(
    ("mr", "mrs", "ms", "dr", "prof", "st", "mt", "vs", "e.g", "i.e", "cf", "jr", "sr", "inc",
     "ltd", "gen", "sen", "rep", "capt", "lt", "col", "approx")
)  # fmt: skip
_INITIAL = re.compile(r"^[^\W\d_]$")


def break_after(text: str) -> int:
    """What ends with this word.

    >>> [break_after(word) for word in ('end."', "Mr.", "so,", "and", "J.")]
    [0, 2, 1, 2, 2]
    """
    bare = text.rstrip(CLOSERS)
    if bare.endswith(SENTENCE_ENDS):
        is_short = bare[-1] == "." and (
            bare[:-1].lower() in ABBREVIATIONS or _INITIAL.match(bare[:-1])
        )
        return PHRASE if is_short else SENTENCE
    return CLAUSE if bare.endswith(CLAUSE_ENDS) else PHRASE


def is_function_word(text: str, language: Language) -> bool:
    """Whether the word leans on the next one and should not end a line.

    >>> from wordlight.subtitles import find_language
    >>> is_function_word("The", find_language("en"))
    True
    """
    return text.replace("’", "'").lower() in language.function_words
