"""Marks: what is written and not said, and which word it belongs to."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SYMBOLS = frozenset("$€£¥₹₩₽¢%‰&@+=#°<>×÷±√∞≤≥≠≈²³¹½¼¾⅓⅔⅛⅜⅝⅞^§/¶♭♯№℃℉")
"""Said although they are neither letters nor digits, if they stand where a word could."""
OPENING = "([{<\"'“‘„‚«‹¿¡*_`~|#>•·♪♫-–—…「『（【《〈〔［｛"
"""Stand before a word without being said."""
CLOSING = ")]}>\"'”’“‘»›*_`~|…,;:!?.-–—♪♫、。，．！？；：」』）】》〉〕］｝・"
MOMENT = r"\d{1,2}(?::\d{2}){1,2}(?:[.,]\d+)?"
"""When something is said, in transcripts."""
_ONLY_OPENING = frozenset("([{“‘„‚«‹¿¡「『（【《〈〔［｛#•♪♫>")
_HEADING = re.compile(r"#{1,6}")
_LEADERS = re.compile(r"(?:[-–—*•·>+]|#{1,6}|\d{1,3}[.)])")
"""What stands before a list's item, a line of a dialogue, a heading."""


@lru_cache(maxsize=4_096)
def is_said(piece: str) -> bool:
    """Whether a reader says anything for a piece without white space."""
    if any(character.isalnum() for character in piece):
        return True
    if piece != "#" and _HEADING.fullmatch(piece):
        return False
    return any(character in SYMBOLS for character in piece)


def opens(piece: str) -> bool:
    """Whether a piece of marks alone belongs to the word after it wherever it stands."""
    return all(c in _ONLY_OPENING or unicodedata.category(c) in ("Ps", "Pi") for c in piece)


def leads(piece: str) -> bool:
    """Whether a line that begins with that piece is an item, a heading or somebody's turn.

    >>> leads("-"), leads("##"), leads("12."), leads("the")
    (True, True, True, False)
    """
    return _LEADERS.fullmatch(piece) is not None


def is_mark(piece: str) -> bool:
    """Whether it is only a mark at the start of a line: "-", "*", ">", "##"."""
    return piece in "-–—*•·>+" or _HEADING.fullmatch(piece) is not None
