"""What a speaker is given: words that need no more reading, with the marks that it pauses at."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from wordlight.reading._breaks import LONGEST_MARKS, Break
from wordlight.reading._clean import fold
from wordlight.reading._reading import ReadWord, word_pattern

_OPENS = re.compile(r"[“\"(]+(?=[^\w]*\w)")
_WIDE_MARKS, _NARROW_MARKS = "。！？，；：、", ".!?,;:,"
_NARROW = str.maketrans(_WIDE_MARKS, _NARROW_MARKS)
_WIDE = str.maketrans(_NARROW_MARKS[:-1], _WIDE_MARKS[:-1])


def spoken_text(words: Sequence[ReadWord], ends: Sequence[Break]) -> str:
    """The words as they are said: written ones keep their capitals, letters are capitals apart.

    The article is small wherever it stands: "A" is the letter. What is written in capitals
    alone and said as a word is small too. Chinese and Japanese keep their wide marks.

    A stop stands only where a sentence ends; a line that ends without a mark gets one. ``ends``:
    what ends behind each word.
    """
    if not words:
        return ""
    parts: list[str] = []
    glue = ""
    for word, end, following in zip(words, ends, [*words[1:], None], strict=True):
        said = _said(word)
        if said:
            opening = _OPENS.match(word.text.lstrip("-–— "))
            parts.append(glue + (opening[0] if opening else "") + said)
            glue = " " if word.glue or end is not Break.WORD else ""
        mark = _mark(word, end, following)
        if any(wide in word.text for wide in _WIDE_MARKS):
            mark, glue = mark.translate(_WIDE), word.glue
        if mark and parts:
            parts.append(mark)
    return "".join(parts)


def _said(word: ReadWord) -> str:
    if not word.said:
        return ""
    is_shouted = word.text.isupper() and word.said != ("i",)  # or a speaker spells "STOP"
    if not word.is_as_written or is_shouted or word.said == ("a",):
        return " ".join(word.said)
    text = fold(word.text)
    found = list(word_pattern().finditer(text))
    said = found[0][0]
    for before, match in itertools.pairwise(found):
        is_hyphen = text[before.end() : match.start()] == "-"
        said += ("-" if is_hyphen else " ") + match[0]
    return said.rstrip("'") if not said.endswith("s'") else said


def _mark(word: ReadWord, end: Break, following: ReadWord | None) -> str:
    tail = re.search(r"[^\w]*$", word.text[-LONGEST_MARKS:].translate(_NARROW))
    marks = tail[0] if tail else ""
    quote = "".join(c for c in marks if c in '”")')
    if end is Break.WORD:
        return quote
    for mark in ("?", "!"):
        if mark in marks:
            return mark + quote
    if "…" in marks or ".." in marks:
        return "..." + quote
    if end is Break.CLAUSE:
        other = "—" if re.search("[-–—―]", marks) else ","
        return next((m for m in marks if m in ",;:"), other) + quote
    is_open = following is not None and following.text[:1].islower() and "." not in marks
    if end is Break.LINE and is_open:
        return ","
    kept = ",;:" if end is Break.LINE else ";:"
    return (next((m for m in marks if m in kept), ".") if "." not in marks else ".") + quote
