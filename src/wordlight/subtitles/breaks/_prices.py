"""The prices of breaks: all preferences of the segmentation, as numbers that can be tuned.

The unit is a point. A break inside a clause costs about two points more than one after a comma.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wordlight.subtitles.breaks._looseness import looseness
from wordlight.subtitles.breaks._units import is_parted
from wordlight.subtitles.languages import CLOSERS, Language
from wordlight.words import Word

SENTENCE, CLAUSE, PHRASE = 0, 1, 2
"""What ends after a word: a sentence, a clause (comma, colon, dash), or neither."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in points; less is better. `SENTENCE`, `CLAUSE` and `PHRASE` index the triples.

    A pair holds the price for a caption's end, then the one for a line's end.
    """

    caption: float = 1.5
    """For each caption: fewer, fuller captions are calmer to read."""
    caption_end: tuple[float, float, float] = (-0.3, 0.9, 3.2)
    line_end: tuple[float, float, float] = (0.0, 0.4, 1.2)
    bond_at_caption_end: float = 7.0
    bond_at_line_end: float = 6.0
    """For separating two words that belong together, times `bond`."""
    opening_relief: tuple[float, float] = (1.0, 0.8)
    """Discount for ending a caption or a line before a conjunction or preposition."""
    looseness: tuple[float, float] = (0.0, 0.0)
    """Discount for ending a caption or a line where people often end one, times `looseness`."""
    sentence_inside: float = 1.4
    """For the end of a sentence inside a caption."""
    pause_relief: float = 2.5
    """Discount for ending a caption at a pause of `full_pause_s` or more. A shorter pause gets a
    proportional discount."""
    full_pause_s: float = 0.5
    pause_inside: float = 4.0
    """For each second of silence beyond `full_pause_s` between two words of a caption."""
    leaning_at_caption_end: float = 0.0
    """For a last word of a caption that leans on the next word, times how strongly it leans."""
    stranded: float = 0.0
    """For an upper line of a single word that leans on the next word, times how strongly it
    leans."""
    second_line: float = 0.4
    imbalance: float = 1.2
    """For two lines of unequal width, times the difference as a share of the line limit."""
    top_heavy: float = 0.6
    """Added to `imbalance` if the upper line is the longer one."""
    too_short: float = 8.0
    """For a caption without room for its shortest time, times the missing share."""
    calm: float = 1.0
    """The time that a caption should have, as a multiple of its shortest time."""
    too_fast: float = 4.0
    """For a reading speed above the limit, times the excess as a share of the limit. The excess
    counts up to 1, or without bound in a caption that has unspoken words."""
    unread: float = 4.0
    """For a caption of unspoken words without the time to read it."""
    too_long: float = 40.0
    """For speech longer than a caption may last. Each second of excess costs 10 points more."""
    long_word: float = 40.0
    """For a word wider than a line."""


ENGLISH = Prices(
    caption=1.43,
    caption_end=(0.3, 2.6, 3.0),
    line_end=(0.7, 1.15, 1.45),
    bond_at_caption_end=5.0,
    bond_at_line_end=3.5,
    opening_relief=(0.0, 0.0),
    looseness=(2.05, 1.15),
    sentence_inside=2.6,
    leaning_at_caption_end=3.0,
    stranded=2.0,
    second_line=0.6,
    imbalance=0.84,
    top_heavy=0.6,
    too_short=10.0,
    calm=1.5,
)
"""Prices for a language with learned `looseness`. The learned weights already cover how function
words lean on the next word, so bonds are left to names, numbers, particles and set phrases."""


def prices_of(language: Language) -> Prices:
    """The prices for this language."""
    return ENGLISH if language.has_learned_looseness else Prices()


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Prices of the boundary after each word k, (n_words,) each.

    ``caption_end`` is the price if a caption ends there, ``line_end`` if a line ends there, and
    ``inside`` if the caption continues. ``stranded`` is the price if word k alone is an upper line.
    """

    caption_end: NDArray[np.float64]
    line_end: NDArray[np.float64]
    inside: NDArray[np.float64]
    stranded: NDArray[np.float64]

    def paused(self, pauses_s: NDArray[np.float64], prices: Prices) -> Boundaries:
        """The first boundaries, priced with the pauses after their words."""
        n = len(pauses_s)
        relief = prices.pause_relief * (pauses_s / prices.full_pause_s).clip(max=1.0)
        silence = prices.pause_inside * (pauses_s - prices.full_pause_s).clip(min=0.0)
        return Boundaries(
            self.caption_end[:n] - relief,
            self.line_end[:n],
            self.inside[:n] + silence,
            self.stranded[:n],
        )


def price_boundaries(words: Sequence[Word], language: Language, prices: Prices) -> Boundaries:
    """The text's part of each boundary's price: punctuation, and the bond that a break cuts."""
    texts = [word.text for word in words]
    ends = np.array([break_after(text) for text in texts], dtype=np.int64)
    bonds = np.array([*_bonds(words, ends.tolist(), language), 0.0][: len(words)])
    leaning = np.array([language.leaning.get(_in_small_letters(text), 0.0) for text in texts])
    opens = np.array([*(_in_small_letters(text) in language.opening for text in texts[1:]), False])
    opens = opens[: len(words)] & (bonds == 0)
    loose = np.zeros(len(words))
    if language.has_learned_looseness:
        loose = looseness(texts, _marks(words, ends))
        bonds = np.where(bonds > leaning, bonds, 0.0)
    caption_end = np.array(prices.caption_end)[ends]
    caption_end += prices.bond_at_caption_end * bonds - prices.opening_relief[0] * opens
    caption_end += prices.leaning_at_caption_end * leaning * (ends == PHRASE)
    line_end = np.array(prices.line_end)[ends] + prices.bond_at_line_end * bonds
    line_end -= prices.opening_relief[1] * opens
    return Boundaries(
        caption_end - prices.looseness[0] * loose,
        line_end - prices.looseness[1] * loose,
        prices.sentence_inside * (ends == SENTENCE),
        prices.stranded * leaning,
    )


def _marks(words: Sequence[Word], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """What ends after each word; a written line's end or a new speaker counts as a sentence end."""
    parted = [*(is_parted(*pair) for pair in pairwise(words)), True][: len(words)]
    return np.where(parted, SENTENCE, ends)


def _bonds(words: Sequence[Word], ends: Sequence[int], language: Language) -> Iterator[float]:
    """The bond between each word and the next; it is strongest if no space separates them."""
    is_first = True
    for (left, right), end in zip(pairwise(words), ends, strict=False):
        if end != PHRASE:
            yield 0.0
        elif left.glue == "" and not language.is_unspaced:
            yield 1.0
        else:
            yield bond(left.text, right.text, language, is_first)
        is_first = end == SENTENCE


SENTENCE_ENDS = tuple(".!?…。！？｡؟۔।")
CLAUSE_ENDS = (*",;:—–、，；：،؛", "--", " -")
ABBREVIATIONS = frozenset(
    ("mr", "mrs", "ms", "dr", "prof", "st", "mt", "vs", "e.g", "i.e", "cf", "jr", "sr", "inc",
     "ltd", "gen", "sen", "rep", "capt", "lt", "col", "approx")
)  # fmt: skip
_INITIAL = re.compile(r"^[^\W\d_]$")


def break_after(text: str) -> int:
    """What ends after this word: `SENTENCE`, `CLAUSE` or `PHRASE`.

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


NAME, PARTICLE, ADJECTIVE, QUANTITY = 0.8, 0.6, 0.4, 0.7
"""Bonds: first and last name; verb and particle; adjective and noun; number and unit. An article's
bond is 1."""


def bond(left: str, right: str, language: Language, is_first: bool = False) -> float:
    """How closely two words without punctuation between them belong together, from 0 to 1.

    With ``is_first`` the left word begins a sentence, so its capital does not indicate a name.

    >>> from wordlight.subtitles import find_language
    >>> english = find_language("en")
    >>> bond("the", "lamp", english), bond("New", "York", english), bond("lamp", "went", english)
    (1.0, 0.8, 0.0)
    """
    before, after = _in_small_letters(left), _in_small_letters(right)
    strength = language.leaning.get(before, 0.0)
    if after in language.particles and strength == 0.0:
        strength = PARTICLE
    if (before, after) in language.phrases:
        strength = 1.0
    if left[-1:].isdigit() or (right[:1].isdigit() and left[:1].isupper()):
        strength = max(strength, QUANTITY)
    is_named = right[:1].isupper() or right[:1].isdigit()
    if is_named and before.rstrip(".") in language.first_of_pairs:
        strength = 1.0
    if left[:1].isupper() and right[:1].isupper() and strength == 0.0:
        strength = NAME / 2 if is_first else NAME
    is_adjective = len(before) > LONGEST_BARE_ENDING and before.endswith(language.adjective_endings)
    if is_adjective and after not in language.opening and after not in language.leaning:
        strength = max(strength, ADJECTIVE)
    return strength


LONGEST_BARE_ENDING = 5
"""Words up to this length are not taken for adjectives by their ending: "table", "five"."""


def _in_small_letters(text: str) -> str:
    return text.replace("\u2019", "'").lower()
