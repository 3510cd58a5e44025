"""Groups words that stay together: pieces of a written word, and marks with their word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from wordlight.subtitles._caption import Line, is_spoken
from wordlight.subtitles.languages import NEVER_FIRST, NEVER_LAST, Language, holds
from wordlight.words import Word

Unit = tuple[Word, ...]
"""Words that stay in one caption and in one line."""
HANGING = 4
"""The most marks that may extend beyond a full line, so that none begins the next line."""
_MARKS = "".join(NEVER_FIRST | NEVER_LAST)


def units(words: Sequence[Word], language: Language, line_characters: int) -> list[Unit]:
    """The words in order, grouped into as few units as possible.

    A unit is no wider than a line, apart from marks at its ends, or it is a single word. It does
    not continue after the end of a written line or a change of speaker.

    >>> from wordlight.subtitles import find_language
    >>> pieces = [Word("d", 0, 1, glue=""), Word("'avoir", 1, 2), Word("faim", 2, 3)]
    >>> [[word.text for word in unit] for unit in units(pieces, find_language("fr"), 42)]
    [['d', "'avoir"], ['faim']]
    """
    found: list[Unit] = []
    unit: Unit = tuple(words[:1])
    for left, right in pairwise(words):
        is_held = not is_parted(left, right) and holds(left, right, language)
        if is_held and _fits(unit, right, language, line_characters):
            unit += (right,)
        else:
            found.append(unit)
            unit = (right,)
    return [*found, unit] if unit else []


def _fits(unit: Unit, right: Word, language: Language, line_characters: int) -> bool:
    """Whether the line has room for another word; marks may extend beyond the line."""
    before = Line.of(unit, language).text
    space = language.between(unit[-1], right)
    text = before + space + right.text
    if max(language.width(text), len(unit) + 1) <= line_characters:
        return True
    is_mark = NEVER_FIRST.issuperset(right.text) or NEVER_LAST.issuperset(before)
    return is_mark and space == "" and len(text) - len(text.strip(_MARKS)) <= HANGING


def is_parted(left: Word, right: Word) -> bool:
    """Whether a caption must end between two words: after a written line, or for a new speaker."""
    return bool(left.ends) or left.speaker != right.speaker


def as_word(unit: Unit, language: Language) -> Word:
    """The unit as one word, from its first start to its last end; spoken if any of its words is."""
    if len(unit) == 1:
        return unit[0]
    first, last = unit[0], unit[-1]
    text = Line.of(unit, language).text
    origin = next(filter(is_spoken, unit), first).origin
    return replace(
        first, text=text, end_s=last.end_s, origin=origin, glue=last.glue, ends=last.ends
    )
