"""Where a reader pauses, and how long."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from itertools import groupby, pairwise

from wordlight.reading._notes import behind_note, is_pause, opens_note
from wordlight.reading._pieces import pieces_of
from wordlight.reading._reading import ReadWord
from wordlight.reading._tokens import Token
from wordlight.words import Ending

_CLAUSE = re.compile(
    r"[,;:，；：、][\"”’')\]*_]*$|[—–―]\s*$|\s[-–—]+$|-{2,}$"
    r"|(?:…|\.{2,})$|[!?！？]+$|[!?…。！？.][\"”’)\]]+$"
)
LONGEST_MARKS = 16
"""The most characters at the end of a word in which punctuation is searched."""
_WIDE_STOP = re.compile(r"[。！？][」』）\"”’)]*$")


class Break(IntEnum):
    """A break in the script. A larger value means a longer pause."""

    WORD = 0
    CLAUSE = 1
    SENTENCE = 2
    LINE = 3
    PARAGRAPH = 4


def breaks(words: Sequence[ReadWord]) -> list[Break]:
    """The break after each word, in order.

    A paragraph ends before a change of speaker, and after the last word. If unspoken words follow a
    word, its break is moved to the last of them.
    """
    notes = _notes(words)
    tokens = [
        Token(word.text, word.glue, word.ends, note=int(index in notes))
        for index, word in enumerate(words)
    ]
    is_last = {piece.word for piece in pieces_of(tokens) if piece.is_last}
    found = [
        _break(word, behind_note(word.text) if index in notes else word.text, index in is_last)
        for index, word in enumerate(words)
    ]
    for index in notes:
        if is_pause(words[index].text):
            found[index] = max(found[index], Break.CLAUSE)
    for index, (word, following) in enumerate(pairwise(words)):
        if word.speaker != following.speaker:
            found[index] = Break.PARAGRAPH
    return [*_behind_unsaid(words, found)[:-1], Break.PARAGRAPH] if found else []


def _notes(words: Sequence[ReadWord]) -> set[int]:
    """The indices of the words in notes, which are unspoken words in brackets."""
    found: set[int] = set()
    for _, group in groupby(enumerate(words), key=lambda pair: pair[1].group):
        members = list(group)
        if not any(word.said for _, word in members) and opens_note(members[0][1].text):
            found.update(index for index, _ in members)
    return found


def _behind_unsaid(words: Sequence[ReadWord], ends: Sequence[Break]) -> list[Break]:
    """The breaks, each moved after the unspoken words that follow it.

    If several breaks meet, the strongest one stays.
    """
    moved = list(ends)
    has_said = False
    for index, word in enumerate(words):
        if has_said and not word.said:
            moved[index] = max(moved[index], moved[index - 1])
            moved[index - 1] = Break.WORD
        has_said = has_said or bool(word.said)
    return moved


def _break(word: ReadWord, shown: str, is_last: bool) -> Break:
    """The break after a word. ``shown`` is the part of the word whose marks count."""
    if word.ends is not Ending.NONE:
        return Break.LINE if word.ends is Ending.LINE else Break.PARAGRAPH
    if is_last or _WIDE_STOP.search(shown[-LONGEST_MARKS:]):
        return Break.SENTENCE
    return Break.CLAUSE if _CLAUSE.search(shown[-LONGEST_MARKS:]) else Break.WORD
