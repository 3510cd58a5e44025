"""Marks, which are written but not said, and the words that they belong to."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SYMBOLS = frozenset("$€£¥₹₩₽¢%‰&@+=#°<>×÷±√∞≤≥≠≈²³¹½¼¾⅓⅔⅛⅜⅝⅞^§/¶♭♯№℃℉")
"""Signs that are said although they are neither letters nor digits, if they stand in the place of a
word."""
OPENING = "([{<\"'“‘„‚«‹¿¡*_`~|#>•·♪♫-–—…「『（【《〈〔［｛"
"""Marks that may stand before a word without being said."""
CLOSING = ")]}>\"'”’“‘»›*_`~|…,;:!?.-–—♪♫、。，．！？；：」』）】》〉〕］｝・"
_ONLY_OPENING = frozenset("([{“‘„‚«‹¿¡「『（【《〈〔［｛#•♪♫>")
_HEADING = re.compile(r"#{1,6}")
_LEADERS = re.compile(r"(?:[-–—*•·>+]|#{1,6}|\d{1,3}[.)])")
"""What may stand before an item of a list, a line of a dialogue or a heading."""


@lru_cache(maxsize=4_096)
def is_said(piece: str) -> bool:
    """Whether a reader says anything for a piece without white space."""
    if any(character.isalnum() for character in piece):
        return True
    if piece != "#" and _HEADING.fullmatch(piece):
        return False
    return any(character in SYMBOLS for character in piece)


def opens(piece: str) -> bool:
    """Whether a piece that consists of marks always belongs to the word after it."""
    return all(c in _ONLY_OPENING or unicodedata.category(c) in ("Ps", "Pi") for c in piece)


def leads(piece: str) -> bool:
    """Whether a line that begins with this piece is an item, a heading or somebody's turn.

    >>> leads("-"), leads("##"), leads("12."), leads("the")
    (True, True, True, False)
    """
    return _LEADERS.fullmatch(piece) is not None


def is_mark(piece: str) -> bool:
    """Whether the piece, at the start of a line, is only a mark: "-", "*", ">", "##"."""
    return piece in "-–—*•·>+" or _HEADING.fullmatch(piece) is not None
