"""What a break costs: every choice of the segmentation, as numbers that can be tuned.

One point is about what a break inside a clause costs more than one after a comma, halved.
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
"""What ends with a word: a sentence, a clause (comma, colon, dash), or neither."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Points; less is better. Pairs and triples are indexed by `SENTENCE`, `CLAUSE`, `PHRASE`."""

    caption: float = 1.5
    """Every caption: fewer, fuller ones read calmer."""
    caption_end: tuple[float, float, float] = (-0.3, 0.9, 3.2)
    line_end: tuple[float, float, float] = (0.0, 0.4, 1.2)
    bond_at_caption_end: float = 7.0
    bond_at_line_end: float = 6.0
    """Two words that hold together are parted; times `bond`."""
    opening_relief: tuple[float, float] = (1.0, 0.8)
    """Off a caption's and a line's end before a conjunction or preposition."""
    looseness: tuple[float, float] = (0.0, 0.0)
    """Off a caption's and a line's end where people readily end one; times `looseness`."""
    sentence_inside: float = 1.4
    """A sentence ends inside a caption."""
    pause_relief: float = 2.5
    """Off a caption's end at a pause of `full_pause_s` or more, in proportion below."""
    full_pause_s: float = 0.5
    pause_inside: float = 4.0
    """Per second beyond `full_pause_s` that a caption stands over silence between its words."""
    leaning_at_caption_end: float = 0.0
    """A caption ends in a word that leans on the next one; times how much it leans."""
    stranded: float = 0.0
    """A word that leans on the next one is the whole upper line; times how much it leans."""
    second_line: float = 0.4
    imbalance: float = 1.2
    """Two lines that differ by a whole line; times the share."""
    top_heavy: float = 0.6
    """More of it when the upper line is the longer one."""
    too_short: float = 8.0
    """No room for the shortest time; times the share missing."""
    calm: float = 1.0
    """Of the shortest time: what a caption should have room for."""
    too_fast: float = 4.0
    """Twice the reading speed or more; times the share above it. Where words that nobody says are
    among the spoken ones, there is no most."""
    unread: float = 4.0
    """A caption of words that nobody says, without the time to read it."""
    too_long: float = 40.0
    """Speech longer than a caption may stand, plus 10 per second."""
    long_word: float = 40.0
    """One word wider than a line."""


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
"""Where `looseness` has been learned: it knows how small words lean on the next one, so that bonds
are those of names, numbers, particles and set phrases."""


def prices_of(language: Language) -> Prices:
    """What breaks cost in that language."""
    return ENGLISH if language.has_learned_looseness else Prices()


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The price, (n_words,) each, of ending a caption or a line after word k, or of going on.

    ``stranded`` is the price of a line that is this word alone, with another line below.
    """

    caption_end: NDArray[np.float64]
    line_end: NDArray[np.float64]
    inside: NDArray[np.float64]
    stranded: NDArray[np.float64]

    def paused(self, pauses_s: NDArray[np.float64], prices: Prices) -> Boundaries:
        """The first of them with such pauses after their words."""
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
    """The price of every boundary as far as the text says: its punctuation, the bond it cuts."""
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
    """What ends with each word; a written line's end and another speaker's turn are sentences'."""
    parted = [*(is_parted(*pair) for pair in pairwise(words)), True][: len(words)]
    return np.where(parted, SENTENCE, ends)


def _bonds(words: Sequence[Word], ends: Sequence[int], language: Language) -> Iterator[float]:
    """How closely each word holds to the next, most where a language leaves a space out."""
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


NAME, PARTICLE, ADJECTIVE, QUANTITY = 0.8, 0.6, 0.4, 0.7
"""Bonds of a first name and a last name, a verb and its particle, and so on; articles have 1."""


def bond(left: str, right: str, language: Language, is_first: bool = False) -> float:
    """How closely two words without punctuation between them hold together, 0 to 1.

    ``is_first``: the left one begins a sentence, so that its capital says nothing.

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
"""Shorter words that end as adjectives do are others: "table", "five"."""


def _in_small_letters(text: str) -> str:
    return text.replace("\u2019", "'").lower()
