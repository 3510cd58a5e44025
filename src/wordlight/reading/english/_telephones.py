"""English telephone numbers, in one piece or in several: "(212) 555-0100"."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading.english._amounts import digits
from wordlight.reading.english._context import Context, Shares

_IN_PIECES = re.compile(
    r"(?:\+\d{1,3}[ .-]?|1[ .-])?(?:\(\d{3}\)[ .-]?|\d{3}[ .-])\d{3}[ .-]\d{4}(?:-\d{1,4})?"
    r"|\+\d{1,3}(?: \d{2,5}){2,4}|\d{3}-\d{4}"
)
_MOST_PIECES = 5
_HUNDREDS = re.compile(r"[1-9]00")


def read_telephone(context: Context) -> Shares | None:
    """A telephone number that begins with this piece."""
    for n_pieces in range(_MOST_PIECES, 0, -1):
        group = context.pieces[context.at : context.at + n_pieces]
        text = " ".join(piece.raw for piece in group).rstrip(".,;:!?)\"'")
        if len(group) == n_pieces and _IN_PIECES.fullmatch(text):
            plus = ["plus"] if "+" in group[0].raw else []
            first, *others = (telephone(piece.core) for piece in group)
            return [[*plus, *first], *others]
    return None


def telephone(text: str) -> list[str]:
    """A telephone number, digit by digit, except for full hundreds.

    >>> telephone("800-5550")
    ['eight', 'hundred', 'five', 'five', 'five', 'zero']
    """
    said: list[str] = []
    for group in re.findall(r"\d+", text):
        said += numerals.cardinal(group) if _HUNDREDS.fullmatch(group) else digits(group)
    return said
