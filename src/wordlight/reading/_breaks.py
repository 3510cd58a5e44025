"""Where a reader pauses, and how much."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from wordlight.reading._pieces import pieces_of
from wordlight.reading._reading import ReadWord
from wordlight.reading._tokens import Token
from wordlight.words import Ending

_CLAUSE = re.compile(
    r"[,;:，；：、][\"”’')\]*_]*$|[—–―]\s*$|\s[-–—]+$|-{2,}$"
    r"|(?:…|\.{2,})$|[!?！？]+$|[!?…。！？.][\"”’)\]]+$"
)
LONGEST_MARKS = 16
"""Of the marks behind a word, how many tell what it ends."""
_WIDE_STOP = re.compile(r"[。！？][」』）\"”’)]*$")


class Break(IntEnum):
    """What ends a piece of text; the larger, the longer a reader pauses there."""

    WORD = 0
    CLAUSE = 1
    SENTENCE = 2
    LINE = 3
    PARAGRAPH = 4


def breaks(words: Sequence[ReadWord]) -> list[Break]:
    """What ends behind each word; behind the last one a paragraph does."""
    tokens = [Token(word.text, word.glue, word.ends) for word in words]
    is_last = {piece.word for piece in pieces_of(tokens) if piece.is_last}
    found = [_break(word, index in is_last) for index, word in enumerate(words)]
    return [*found[:-1], Break.PARAGRAPH] if found else []


def _break(word: ReadWord, is_last: bool) -> Break:
    if word.ends is not Ending.NONE:
        return Break.LINE if word.ends is Ending.LINE else Break.PARAGRAPH
    if is_last or _WIDE_STOP.search(word.text[-LONGEST_MARKS:]):
        return Break.SENTENCE
    return Break.CLAUSE if _CLAUSE.search(word.text[-LONGEST_MARKS:]) else Break.WORD
