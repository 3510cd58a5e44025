"""Cuts a script into words. Speech, alignment and captions all use this tokeniser."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from wordlight.reading._lines import Line, paragraphs
from wordlight.reading._marks import is_mark, is_said, opens
from wordlight.reading._notes import has_footnotes, note_spans, parts
from wordlight.reading._unspaced_text import cut, is_unspaced
from wordlight.reading.directions import PLACE
from wordlight.words import Ending


@dataclass(frozen=True, slots=True)
class Token:
    """A written word, the text between it and the next word, and the break after it.

    ``note`` is the number of the note that the word belongs to, counted from 1 on each line. It is
    0 outside notes.
    """

    text: str
    glue: str = " "
    ends: Ending = Ending.NONE
    speaker: str = ""
    note: int = 0


_ENDS = r"[\"”’')\]*_.,!?;:…]*"
_STARTS = r"[\"“‘'(\[*_¿¡]*"
_PART = re.compile(
    rf"(?<=[^\W_]){_ENDS}(?:[—―⸺⸻]+|--+)(?={_STARTS}[^\W_])"  # man—unless, stop--now
    rf"|(?<=[^\W\d_]){_ENDS}–(?={_STARTS}[^\W\d_])"  # an en dash separates words, not numbers
    r"|(?<=[A-Za-z][a-z])[.!?][\"”’]?(?=[A-Z][a-z])"  # hello.She
    r"|(?<=[^\W_])(?:…|\.{3,})[\"”’')\]]*(?=[\"“‘(]*[^\W_])"  # well...no
)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[—―-]+(?=\d)")


def tokenise(text: str, language: str = "en") -> list[Token]:
    r"""The words of a cleaned script.

    Dashes and dots between letters separate words. A piece that is not said is added to a word: to
    the next one if the piece begins a line or opens something, else to the word before. A line such
    as "***" is left out. The last word ends nothing.

    >>> [token.text for token in tokenise("- “Young man—unless\n\n* * *\n\n¿ Qué — dot?”")]
    ['- “Young', 'man—', 'unless', '¿ Qué —', 'dot?”']
    """
    tokens: list[Token] = []
    carried = ""
    is_footnoted = has_footnotes(text)
    for lines in paragraphs(text):
        for line in lines:
            shown = f"{carried}{line.text}"
            found = _tokens_of_line(replace(line, text=shown), language, is_footnoted)
            carried = ""
            if not found and _is_shown(line.text):
                marks = " ".join(line.text.split())
                if tokens:
                    tokens[-1] = replace(tokens[-1], text=f"{tokens[-1].text} {marks}")
                else:
                    carried = f"{shown} "
            tokens += found
            if tokens:
                tokens[-1] = replace(tokens[-1], ends=Ending.LINE)
        if tokens:
            tokens[-1] = replace(tokens[-1], ends=Ending.PARAGRAPH)
    if tokens:
        tokens[-1] = replace(tokens[-1], ends=Ending.NONE)
    return tokens


def _is_shown(line: str) -> bool:
    """Whether a line that is not said is shown beside a neighbour: emoji, music notes, dots.

    The place of a direction is kept in this way too. Lines of other marks ("***") are not shown.
    """
    return any(c in "…♪♫" or unicodedata.category(c) in ("So", "Co") for c in line)


def _tokens_of_line(line: Line, language: str, is_footnoted: bool) -> list[Token]:
    spans = note_spans(line.text, language, is_turn=line.is_turn, is_footnoted=is_footnoted)
    tokens: list[Token] = []
    pending = ""
    for piece, glue, note in _pieces(line.text, spans, language):
        is_first = not tokens and not pending.strip("([{\"'“‘")
        if not is_said(piece) or (is_first and is_mark(piece)):
            if tokens and not pending and not opens(piece):
                last = tokens[-1]
                behind = last.glue or glue if PLACE.fullmatch(piece) else glue
                tokens[-1] = replace(last, text=last.text + last.glue + piece, glue=behind)
            else:
                pending += piece + glue
        else:
            tokens.append(Token(pending + piece, glue, speaker=line.speaker, note=note))
            pending = ""
    if pending and tokens:
        last = tokens[-1]
        tokens[-1] = replace(last, text=(last.text + last.glue + pending).rstrip())
    return tokens


def _pieces(
    line: str, notes: list[tuple[int, int]], language: str
) -> Iterator[tuple[str, str, int]]:
    """The pieces of a line, each with the white space after it and the number of its note.

    A piece has no white space, and may consist of marks alone.
    """
    stretches = list(parts(line, notes))
    for (stretch, note), after in zip(stretches, [*stretches[1:], (" ", 0)], strict=True):
        is_apart = stretch[-1].isspace() or after[0][0].isspace()
        found = list(_pieces_of_stretch(stretch, language))
        for piece, glue in found[:-1]:
            yield piece, glue, note
        for piece, glue in found[-1:]:
            yield piece, glue if is_apart else "", note


def _pieces_of_stretch(stretch: str, language: str) -> Iterator[tuple[str, str]]:
    for chunk in stretch.split():
        wholes = [whole for part in chunk.split("\u200b") if part for whole in _part(part)]
        found = [part for whole in wholes for part in _cut(whole, language)]
        for part in found[:-1]:
            yield part, ""
        if found:
            yield found[-1], " "


def _part(chunk: str) -> list[str]:
    if chunk.isalnum():
        return [chunk]
    parts, position = [], 0
    for match in _PART.finditer(chunk):
        if _BETWEEN_DIGITS.match(chunk, match.start()):
            continue
        parts.append(chunk[position : match.end()])
        position = match.end()
    return [*parts, chunk[position:]]


def _cut(part: str, language: str) -> list[str]:
    return cut(part, language) if is_unspaced(part) else [part]
