"""English letters that stand for themselves: "J. R. R. Tolkien", "U.S.A.", "Plan B"."""

from __future__ import annotations

import re

from wordlight.reading._word_list import word_list
from wordlight.reading.english._context import Context
from wordlight.reading.english._letters import named
from wordlight.reading.english._romans import read_roman

_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?(?:['’]?s)?")
_PLURAL = re.compile(r"['’]?s$")
_BEFORE_LETTERS = word_list("""
    an appendix class cup drive exhibit gate grade group hepatitis letter level model option part
    phase plan point section side size team terminal type vitamin
""")
"""Words after which "A" is a letter, not the article."""


def read_initials(context: Context) -> list[str] | None:
    """The names of letters; None unless the piece is a single letter, or letters with dots."""
    core = context.piece.core
    if _is_dotted(core):
        return named(core)
    if len(core) == 1 and core.isalpha() and core.isascii():
        return _letter(context)
    return None


def _is_dotted(core: str) -> bool:
    if not _DOTTED.fullmatch(core) or (core.count(".") == 1 and core.endswith(".")):
        return False
    return all(len(part) <= 1 for part in _PLURAL.sub("", core).split("."))


def _letter(context: Context) -> list[str] | None:
    """The name of a single letter, or the word "a" or "I"; None if it is a Roman numeral."""
    piece, before = context.piece, context.before
    if piece.core == "a":
        return ["A"] if piece.is_last and before.core else ["a"]
    if piece.core in ("I", "V", "X") and read_roman(context) is not None:
        return None
    if piece.core in ("I", "i"):
        return ["i"]
    if piece.core == "A" and not piece.has_stop:
        is_named = before.lower in _BEFORE_LETTERS
        if not is_named and context.after.core and not piece.is_parted:
            return ["a"]
    return [piece.core.upper()]
