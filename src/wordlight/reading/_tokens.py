"""A script cut into words: the one tokeniser of speech, alignment and captions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from wordlight.reading._lines import paragraphs
from wordlight.reading._marks import is_mark, is_said, opens
from wordlight.reading._unspaced import cut, is_unspaced
from wordlight.words import Ending


@dataclass(frozen=True, slots=True)
class Token:
    """A written word, what stands between it and the next one, and what it ends."""

    text: str
    glue: str = " "
    ends: Ending = Ending.NONE


_ENDS = r"[\"”’')\]*_.,!?;:…]*"
_STARTS = r"[\"“‘'(\[*_¿¡]*"
_PART = re.compile(
    rf"(?<=[^\W_]){_ENDS}(?:[—―⸺⸻]+|--+)(?={_STARTS}[^\W_])"  # man—unless, stop--now
    rf"|(?<=[^\W\d_]){_ENDS}–(?={_STARTS}[^\W\d_])"  # an en dash parts words, not numbers
    r"|(?<=[A-Za-z][a-z])[.!?][\"”’]?(?=[A-Z][a-z])"  # hello.She
    r"|(?<=[^\W_])(?:…|\.{3,})[\"”’')\]]*(?=[\"“‘(]*[^\W_])"  # well...no
)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[—―-]+(?=\d)")


def tokenise(text: str, language: str = "en") -> list[Token]:
    r"""The words of a cleaned script.

    Dashes and dots between letters part words. A piece that nobody says belongs to a word: to the
    next one at the start of a line or if it opens something, to the one before elsewhere. Lines of
    marks alone end a paragraph. The last word ends nothing.

    >>> [token.text for token in tokenise("- “Young man—unless\n\n* * *\n\n¿ Qué — dot?”")]
    ['- “Young', 'man—', 'unless', '¿ Qué —', 'dot?”']
    """
    tokens: list[Token] = []
    carried = ""
    for lines in paragraphs(text):
        for line in lines:
            found = _tokens_of_line(f"{carried}{line}", language)
            carried = ""
            if not found and _is_shown(line):
                if tokens:
                    tokens[-1] = replace(tokens[-1], text=f"{tokens[-1].text} {line}")
                else:
                    carried = f"{line} "
            tokens += found
            if tokens:
                tokens[-1] = replace(tokens[-1], ends=Ending.LINE)
        if tokens:
            tokens[-1] = replace(tokens[-1], ends=Ending.PARAGRAPH)
    if tokens:
        tokens[-1] = replace(tokens[-1], ends=Ending.NONE)
    return tokens


def _is_shown(line: str) -> bool:
    """Whether a line that nobody says is shown beside its neighbour: emoji, notes, silence.

    Other marks alone ("***") part sections.
    """
    return any(c in "…♪♫" or unicodedata.category(c) == "So" for c in line)


def _tokens_of_line(line: str, language: str) -> list[Token]:
    tokens: list[Token] = []
    pending = ""
    for piece, glue in _pieces(line, language):
        is_first = not tokens and not pending.strip("([{\"'“‘")
        if not is_said(piece) or (is_first and is_mark(piece)):
            if tokens and not pending and not opens(piece):
                last = tokens[-1]
                tokens[-1] = replace(last, text=last.text + last.glue + piece, glue=glue)
            else:
                pending += piece + glue
        else:
            tokens.append(Token(pending + piece, glue))
            pending = ""
    if pending and tokens:
        last = tokens[-1]
        tokens[-1] = replace(last, text=(last.text + last.glue + pending).rstrip())
    return tokens


def _pieces(line: str, language: str) -> Iterator[tuple[str, str]]:
    """Pieces without white space, each with what stands behind it; they may be marks alone."""
    for chunk in line.split():
        wholes = [whole for part in chunk.split("\u200b") if part for whole in _part(part)]
        parts = [part for whole in wholes for part in _cut(whole, language)]
        for part in parts[:-1]:
            yield part, ""
        if parts:
            yield parts[-1], " "


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
