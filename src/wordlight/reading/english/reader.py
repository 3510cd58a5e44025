"""English as it is read aloud: by rules for what people often write, else by NeMo's grammars."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from wordlight.reading import _numerals as numerals
from wordlight.reading._library import Budget
from wordlight.reading._pieces import Piece, Said
from wordlight.reading.english._abbreviations import HALVES_OF_DAY
from wordlight.reading.english._codes import read_code
from wordlight.reading.english._context import Shares, context_of
from wordlight.reading.english._figures import read_figure
from wordlight.reading.english._grammars import read_by_grammars
from wordlight.reading.english._letters import letters, plain
from wordlight.reading.english._numbers import read_number
from wordlight.reading.english._tables_calendar import DAYS
from wordlight.reading.english._tables_capitals import WORDS_IN_HEADLINES
from wordlight.reading.english._tables_money import CURRENCIES
from wordlight.reading.english._tables_symbols import FRACTIONS
from wordlight.reading.english._words import is_ordinary, read_word

GRAMMAR_CHARACTERS = 1_500
"""How many characters of a script go through the grammars, which takes seconds. A text of 10,000
characters with a form in every third sentence needs a third of that."""
_LONE = re.compile(r"\d{5,}|\d+\*\d+|[a-z]+://\S+")
"""Forms that the grammars read best if they are the whole script, without a word beside them."""
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*['’]?(?:-[^\W\d_]+(?:['’][^\W\d_]+)*)*")
_RAISED = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹")


def read_english(pieces: Sequence[Piece]) -> Said:
    """What is said for each piece. The pieces must make up whole sentences."""
    figured = [_with_figures(piece) for piece in pieces]
    if len(figured) == 1 and _LONE.fullmatch(figured[0].core):
        [words] = read_by_grammars(figured, [None], 0, 1, Budget(GRAMMAR_CHARACTERS))
        return Said([_without_digits(words)], set())
    return _Reader(figured).read()


class _Reader:
    """Reads the pieces in two passes: by the rules first, and what is left by the grammars."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._said: list[list[str] | None] = [None] * len(pieces)
        self._joined: set[int] = set()

    def read(self) -> Said:
        """What is said for each piece, and which pieces are said together."""
        self._ask_rules()
        self._ask_grammars()
        return Said([_without_digits(words or []) for words in self._said], self._joined)

    def _ask_rules(self) -> None:
        at = 0
        while at < len(self._pieces):
            shares = self._read(at)
            if shares is None:
                at += 1
                continue
            for position, words in enumerate(shares, at):
                self._said[position] = [*words, *self._between(position)]
            self._joined.update(range(at + 1, at + len(shares)))
            at += len(shares)

    def _read(self, at: int) -> Shares | None:
        """What is said for this piece, and for the pieces after it that are read with it."""
        piece = self._pieces[at]
        if is_ordinary(piece):
            return [[piece.lower]]
        core, context = piece.core, context_of(self._pieces, at)
        if core[-1] in "²³" and not core[0].isdecimal() and (code := read_code(core)):
            return [code]
        if core[0] in FRACTIONS or any(character.isdecimal() for character in core):
            shares = read_figure(context)
            if shares is not None:
                return shares
        if core in CURRENCIES and context.after.core[:1].isdecimal():
            money = read_number(core + context.after.core)
            return None if money is None else [[], money]
        words = read_word(context)
        if words is None and core in WORDS_IN_HEADLINES and not context.is_headline:
            words = letters(core)
        if words is None:
            words = plain(core) if _WORDS.fullmatch(core) else read_code(core)
        return None if words is None else [words]

    def _between(self, at: int) -> list[str]:
        """What is said for a dash between spaces: "to" between two numbers, times or days."""
        piece = self._pieces[at]
        if not piece.after.endswith(("-", "–")) or at + 1 == len(self._pieces):
            return []
        following = self._pieces[at + 1]
        is_of_days = piece.lower in DAYS and following.lower in DAYS
        is_number = piece.core[-1].isdecimal() or piece.lower in HALVES_OF_DAY
        return ["to"] if is_of_days or (is_number and following.core[0].isdecimal()) else []

    def _ask_grammars(self) -> None:
        """Reads what no rule has read, one stretch of a sentence at a time."""
        budget = Budget(GRAMMAR_CHARACTERS)
        start = 0
        while start < len(self._pieces):
            stop = start + 1
            if self._said[start] is None:
                while self._is_open(stop):
                    stop += 1
                found = read_by_grammars(self._pieces, self._said, start, stop, budget)
                self._said[start:stop] = found
                self._joined.update(range(start + 1, stop))
            start = stop

    def _is_open(self, at: int) -> bool:
        """Whether a piece is still to be read and is in the same sentence as the one before."""
        is_there = at < len(self._pieces) and self._said[at] is None
        return is_there and not self._pieces[at - 1].is_last


def _with_figures(piece: Piece) -> Piece:
    """The piece with digits of any script written as 0 to 9."""
    if piece.core.isascii():
        return piece
    return replace(piece, core="".join(map(_figure, piece.core)))


def _figure(character: str) -> str:
    """A digit of any script or in a circle, written as 0 to 9; a Roman numeral, written as letters.

    >>> [_figure(character) for character in "٣४①Ⅷ²½"]
    ['3', '4', '1', 'VIII', '²', '½']
    """
    if character.isascii() or not character.isnumeric() or character in _RAISED:
        return character
    plainer = unicodedata.normalize("NFKC", character)
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return plainer if plainer.isascii() and plainer.isalnum() else character


def _without_digits(words: list[str]) -> list[str]:
    """The words with every digit that is left replaced by its words, raised digits too."""
    if not any(character.isdigit() for word in words for character in word):
        return words
    said: list[str] = []
    for word in words:
        for part in re.findall(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*", _lowered(word)):
            said += numerals.cardinal(part) if part.isdecimal() else [part]
    return said


def _lowered(word: str) -> str:
    """The word with ² and ³ as the names of powers, and other raised digits as usual ones.

    >>> _lowered("m²"), _lowered("x⁵")
    ('m squared ', 'x5')
    """
    word = word.replace("²", " squared ").replace("³", " cubed ")
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in word)
