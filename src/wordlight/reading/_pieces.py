"""The pieces of a script, which have no white space or marks, and where its sentences end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wordlight.reading._clean_text import fold
from wordlight.reading._marks import CLOSING, OPENING, is_mark, is_said
from wordlight.reading._notes import behind_note
from wordlight.reading._tokens import Token
from wordlight.reading._word_list import word_list
from wordlight.reading.english import (
    ABBREVIATIONS,
    DAYS,
    MONTHS,
    NUMBERED,
    PLACES,
    STREET_WORDS,
    STREETS,
    TITLES,
)
from wordlight.words import Ending

_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_GLUED_MARK = re.compile(
    r"(?<=[^\W\d_])[,;!?](?=[^\W_])|(?<=\d)[,;](?=[^\W\d_])|(?<=[.?!])[?!,](?=[^\w\s]{0,40}\w)"
)
_SIGN = re.compile(r"[-–~#<>]$")
"""The pattern of a sign that is said if it stands right before a number."""
_BEFORE_NUMBERS = "$£€¥₹."
_DECADE = re.compile(r"\d0s")
_INITIAL = re.compile(r"[A-Z]")
_STARTERS = word_list("""
    a after all although an and are as at because before but by can could do don't every for from he
    her his how however i if in instead is it its later let many meanwhile most my no not now on
    once one our please she since so some soon still that the their then there these they this those
    today was we were what when while who why will with would yes you your
""")
"""Words that begin a sentence far more often than a name."""
_LETTERED = word_list("""
    an appendix class exhibit gate grade group hepatitis letter level option part phase plan point
    section side team terminal type vitamin
""")
"""After one of these words, a letter is a name ("level B"), not a person's initial."""
_NEVER_LAST = word_list("approx cf e.g i.e vs viz")
"""Shortened words that never end a sentence, because more always follows."""
_FIRMS = word_list("jr sr inc co corp ltd bros")
"""Short words after a name. They end a sentence only if the next word is one that begins one."""
_RANKS = word_list("gen rep col")
"""Titles that are also other words, or short for other words."""
_SHORTENED = {*TITLES, *STREETS, *PLACES, *NUMBERED, *MONTHS, *DAYS, *ABBREVIATIONS}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a word; ``word`` is the word's index.

    ``core`` is the piece without the marks around it, and folded.
    """

    word: int
    raw: str
    before: str
    core: str
    after: str
    is_first: bool = False
    """Whether the piece begins a sentence."""
    is_last: bool = False
    """Whether the piece ends a sentence."""

    @property
    def lower(self) -> str:
        """The core in lower case."""
        return self.core.lower()

    @property
    def has_stop(self) -> bool:
        """Whether a full stop stands right after the core."""
        return self.after.startswith(".")

    @property
    def is_capital(self) -> bool:
        """Whether the core begins with a capital."""
        return self.core[:1].isupper()

    @property
    def is_parted(self) -> bool:
        """Whether a mark or the end of a sentence separates it from the next piece."""
        if not self.after:
            return self.is_last
        return any(mark in self.after for mark in ',;:!?()[]—…"”') or self.is_last


@dataclass(frozen=True, slots=True)
class Said:
    """The words that are said for each piece.

    ``joined`` are the indices of the pieces that are said together with the one before.
    """

    words: list[list[str]]
    joined: set[int]


def pieces_of(tokens: Sequence[Token]) -> list[Piece]:
    """The pieces of all words, in order. Each states whether it begins or ends a sentence.

    Notes have no pieces. The marks after a note belong to the piece before it.
    """
    bare: list[Piece] = []
    for index, token in enumerate(tokens):
        if token.note:
            if bare and (marks := behind_note(token.text)):
                bare[-1] = replace(bare[-1], after=bare[-1].after + marks)
            continue
        parts = _parts(token.text)
        has_leader = len(parts) > 1 and is_mark(parts[0])
        for raw in parts[1:] if has_leader else parts:
            if is_said(raw):
                bare.append(_piece(index, raw))
            elif raw in ("-", "–", "—") and bare and bare[-1].word == index:
                bare[-1] = replace(bare[-1], after=f"{bare[-1].after} -")
    ends = [token.ends is not Ending.NONE for token in tokens]
    found: list[Piece] = []
    is_first = True
    for position, piece in enumerate(bare):
        is_final = position + 1 == len(bare) or any(ends[piece.word : bare[position + 1].word])
        following = None if is_final else bare[position + 1]
        is_last = is_final or ends_sentence(piece, found[-1] if found else None, following)
        found.append(
            Piece(piece.word, piece.raw, piece.before, piece.core, piece.after, is_first, is_last)
        )
        is_first = is_last
    return found


def _parts(text: str) -> list[str]:
    """The pieces of a word, which is also cut after marks that no space follows: "july,1998"."""
    if text.isalnum():
        return [text]
    return _GLUED_MARK.sub(r"\g<0> ", text).split()


def _piece(word: int, raw: str) -> Piece:
    """A piece cut into its core and the marks around it.

    A sign that is said before a number belongs to the core.
    """
    if raw.isalnum() and raw.isascii():
        return Piece(word, raw, "", raw, "")
    text = fold(raw)
    core = text.lstrip(OPENING)
    lead = text[: len(text) - len(core)]
    if core[:1].isdecimal() or core[:1] in _BEFORE_NUMBERS:
        sign = _SIGN.search(lead)
        core = (sign[0] if sign else "") + core
    elif lead.endswith("#"):
        core = f"#{core}"
    before = text[: len(text) - len(core)]
    if before.endswith("'") and _DECADE.match(core):
        before, core = before[:-1], f"'{core}"
    if before.endswith(".") or (core[:1] == "." and not core[1:2].isdecimal()):
        core = core.lstrip(".") or core
    body = core.removesuffix("/>").rstrip(CLOSING + ".")
    if not body:  # symbols alone, such as "#" and "~"
        return Piece(word, raw, "", text, "")
    return Piece(word, raw, before, body, core[len(body) :])


def ends_sentence(piece: Piece, before: Piece | None, after: Piece | None) -> bool:
    """Whether a sentence ends after a piece. The stop of an abbreviation need not end one."""
    marks = piece.after
    if not marks or not any(mark in marks for mark in ".!?…。！？"):
        return False
    if after is None:
        return True
    if any(mark in marks for mark in "!?。！？"):
        return after.is_capital or not after.core[:1].isalpha() or not after.core.isascii()
    if "…" in marks or ".." in marks:
        return after.is_capital
    return _stop_ends(piece, before, after)


def _stop_ends(piece: Piece, before: Piece | None, after: Piece) -> bool:
    lower = piece.lower
    starts = after.is_capital or after.core[:1].isdecimal() or bool(after.before)
    if _INITIAL.fullmatch(piece.core):
        return starts and _initial_may_end(piece, before, after)
    if _DOTTED.fullmatch(piece.core):
        if lower in _NEVER_LAST:
            return False
        if lower in ("a.m", "p.m"):
            is_zone = after.core.isupper() and len(after.core) in (2, 3, 4)
            return after.is_capital and not is_zone and after.lower not in DAYS.values()
        return after.lower in _STARTERS and after.is_capital
    if lower in _NEVER_LAST or (lower == "c" and after.core[:1].isdecimal()):
        return False
    if lower in _SHORTENED:
        return _shortened_ends(lower, piece, before, after)
    return starts or not after.core[:1].isalpha() or _is_plain_word(piece)


def _initial_may_end(piece: Piece, before: Piece | None, after: Piece) -> bool:
    """Whether a capital with a stop may end a sentence: not an initial, not a direction."""
    is_street = after.core[:1].isdecimal() or after.lower in STREET_WORDS
    if piece.core in "NSEW" and is_street:
        return False
    is_letter = before is not None and before.lower in _LETTERED
    return is_letter or not after.is_capital or after.lower in _STARTERS


def _is_plain_word(piece: Piece) -> bool:
    """Whether the piece is a plain word. It ends a sentence even before a lower-case letter."""
    return piece.core.isalpha() and len(piece.core) > 1


def _shortened_ends(lower: str, piece: Piece, before: Piece | None, after: Piece) -> bool:
    if lower in TITLES and piece.is_capital and after.is_capital:
        if before is None or after.lower not in _STARTERS:
            return False
        is_street = lower == "dr" and before.is_capital and not before.is_last
        return is_street or lower in _RANKS
    if lower in NUMBERED and after.core[:1].isdecimal():
        return False
    if lower == "st" and after.is_capital:
        return before is not None and before.is_capital and after.lower in _STARTERS
    if lower in PLACES and piece.is_capital and after.is_capital:
        return after.lower in _STARTERS and before is not None
    if lower in _FIRMS:
        return after.lower in _STARTERS and after.is_capital
    return after.is_capital
