"""The text that the speaker gets: words as they are said, with the marks that make it pause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wordlight.reading._breaks import LONGEST_MARKS, Break
from wordlight.reading._clean_text import fold
from wordlight.reading._notes import behind_note
from wordlight.reading._reading import ReadWord, word_pattern
from wordlight.reading._unspaced_text import is_unspaced

_OPENS = re.compile(r"[“\"(]+(?=[^\w]*\w)")
_WIDE_MARKS, _NARROW_MARKS = "。！？，；：、", ".!?,;:,"
_NARROW = str.maketrans(_WIDE_MARKS, _NARROW_MARKS)
_WIDE = str.maketrans(_NARROW_MARKS[:-1], _WIDE_MARKS[:-1])


def spoken_text(words: Sequence[ReadWord], ends: Sequence[Break]) -> str:
    """The words as they are said. ``ends`` is what ends after each word.

    A word that is said as written keeps its capitals. The names of letters are capitals with spaces
    between. The article is always small, because "A" is the letter. A word in capitals that is said
    as a word becomes small too. Chinese and Japanese keep their wide marks. Of a word that is not
    said, only the marks after it stay.

    A stop stands only at the end of a sentence, and a line that ends without a mark gets one.
    Phonemes are written as in a script: "[tomato](/təmˈɑːtoʊ/)".
    """
    parts: list[str] = []
    glue = ""
    spoken = list(_spoken(words, ends))
    if not spoken:
        return ""
    for one, following in zip(spoken, [*spoken[1:], None], strict=True):
        opening = _OPENS.match(one.word.text.lstrip("-–— "))
        parts.append(glue + (opening[0] if opening else "") + one.said)
        glue = ""
        if one.word.runs_on:
            continue
        mark = _mark(one, following)
        parts.append(mark.translate(_WIDE) if one.is_wide else mark)
        is_apart = one.is_apart or (one.end is not Break.WORD and not one.is_wide)
        glue = " " if is_apart or (following and _needs_space(one, following)) else ""
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A word that is said, together with the words after it that are not said.

    ``said`` is what is said for it. ``marks`` are the marks after these words, in their narrow
    form. ``is_wide``: wide marks were written. ``is_apart``: a space was written.
    """

    word: ReadWord
    said: str
    marks: str
    end: Break
    is_wide: bool
    is_apart: bool


def _needs_space(one: _Spoken, following: _Spoken) -> bool:
    """Whether two words that are written without a space need one: "un" and "known"."""
    return not is_unspaced(one.said[-1:]) and not is_unspaced(following.said[:1])


def _spoken(words: Sequence[ReadWord], ends: Sequence[Break]) -> Iterator[_Spoken]:
    grouped = _pronounced(words)
    said = [index for index, word in enumerate(words) if word.said and index not in grouped]
    for first, stop in pairwise([*said, len(words)]):
        last = max(index for index in range(first, stop) if index == first or index in grouped)
        unsaid = words[last + 1 : stop]
        marks = _marks_behind(words[last].text) + "".join(map(_marks_of_unsaid, unsaid))
        is_wide = any(mark in word.text for word in words[first:stop] for mark in _WIDE_MARKS)
        is_apart = any(word.glue for word in words[last:stop])
        text = _said(words[first])
        if phonemes := words[first].phonemes:
            text = f"[{' '.join(map(_said, words[first : last + 1]))}](/{phonemes}/)"
        yield _Spoken(words[first], text, marks, max(ends[last:stop]), is_wide, is_apart)


def _pronounced(words: Sequence[ReadWord]) -> set[int]:
    """The indices of words that the phonemes of an earlier word in their group cover."""
    found: set[int] = set()
    for index, (before, word) in enumerate(pairwise(words), 1):
        is_said_before = before.phonemes or index - 1 in found
        if is_said_before and word.group == before.group:
            found.add(index)
    return found


def _marks_behind(text: str) -> str:
    tail = re.search(r"[^\w]*$", text[-LONGEST_MARKS:].translate(_NARROW))
    return tail[0] if tail else ""


def _marks_of_unsaid(word: ReadWord) -> str:
    return behind_note(_marks_behind(word.text))


def _said(word: ReadWord) -> str:
    is_shouted = word.text.isupper() and word.said != ("i",)  # a speaker would spell "STOP"
    if not word.is_as_written or is_shouted or word.said == ("a",):
        return " ".join(word.said)
    text = fold(word.text)
    found = list(word_pattern().finditer(text))
    if not found:
        return " ".join(word.said)
    said = found[0][0]
    for before, match in pairwise(found):
        is_hyphen = text[before.end() : match.start()] == "-"
        said += ("-" if is_hyphen else " ") + match[0]
    return said.rstrip("'") if not said.endswith("s'") else said


def _mark(spoken: _Spoken, following: _Spoken | None) -> str:
    marks, end = spoken.marks, spoken.end
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
    is_open = following is not None and following.word.text[:1].islower() and "." not in marks
    if end is Break.LINE and is_open:
        return ","
    kept = ",;:" if end is Break.LINE else ";:"
    return (next((m for m in marks if m in kept), ".") if "." not in marks else ".") + quote
