"""A script → the pieces it is spoken in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from wordlight.errors import EmptyText
from wordlight.words import is_spoken, split_words


class Break(IntEnum):
    """What ends a piece of text; the larger, the longer a reader pauses there."""

    WORD = 0
    CLAUSE = 1
    SENTENCE = 2
    PARAGRAPH = 3


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of text that is spoken in one go, and what ends it."""

    text: str
    ends_with: Break


SPLIT_COST = {Break.WORD: 6.0, Break.CLAUSE: 1.5, Break.SENTENCE: 0.3, Break.PARAGRAPH: 0.0}
"""What it costs the reading to breathe there."""
SHORT_S = 1.0
"""A chunk shorter than this sounds clipped."""
SHORT_COST = 2.0

_SENTENCE_END = re.compile(r"[.!?…。！？]+[\"”’')\]]*$")
_CLAUSE_END = re.compile(r"[,;:—–，；：、][\"”’')\]]*$|^[—–-]+$")
_NOT_AN_END = re.compile(
    r"^[\"“(\[]?(?:[A-Z]\.|(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|approx|e\.g|i\.e)\.)$"
)
_WIDE_STOP = re.compile(r"(?<=[。！？；，：、])(?=\S)")


def normalise(text: str, field: str = "TEXT") -> str:
    """The text as it is spoken: composed, without emoji and control characters, spaces single.

    Blank lines stay, as paragraph ends; a paragraph of marks alone (``***``) goes.

    Raises:
        EmptyText: Nothing speakable is left.
    """
    kept = "".join(_keep(character) for character in text)
    composed = unicodedata.normalize("NFC", kept)  # last: what was dropped may have stood between
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", composed))
    spoken = "\n\n".join(part for part in paragraphs if is_spoken(part))
    if not spoken:
        raise EmptyText(field)
    return spoken


def _keep(character: str) -> str:
    """The character, a space for what is only layout, nothing for what cannot be read aloud."""
    if character in "\n°":
        return character
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp", "Cc"):
        return " "
    return (
        ""
        if category in ("So", "Sk", "Cs", "Co", "Cn", "Cf", "Me") or character == "️"
        else character
    )


def chunk(text: str, seconds: Callable[[str], float], limit_s: float) -> list[Chunk]:
    """The text in chunks of at most ``limit_s`` seconds, broken where a reader would breathe.

    ``seconds`` estimates how long a piece takes to say. Dynamic programming over clauses: as few
    chunks as can be, at the best breaks, none clipped short. A clause that is too long by itself
    is broken between words; a single word never is.
    """
    chunks: list[Chunk] = []
    for paragraph in text.split("\n\n"):
        units = [
            piece for clause in _clauses(paragraph) for piece in _fit(clause, seconds, limit_s)
        ]
        if chunks:
            chunks[-1] = Chunk(chunks[-1].text, Break.PARAGRAPH)
        chunks += _pack(units, [seconds(unit.text) for unit in units], limit_s)
    if chunks:
        chunks[-1] = Chunk(chunks[-1].text, Break.PARAGRAPH)
    return chunks


def _clauses(paragraph: str) -> list[Chunk]:
    """The paragraph cut after every mark that ends a clause or a sentence; each can be spoken."""
    clauses: list[Chunk] = []
    words: list[str] = []
    for word in _WIDE_STOP.sub(" ", paragraph).split():
        words.append(word)
        ends_with = _ending(word)
        if ends_with is not Break.WORD and is_spoken(" ".join(words)):
            clauses.append(Chunk(" ".join(words), ends_with))
            words = []
    rest = " ".join(words)
    if is_spoken(rest):
        clauses.append(Chunk(rest, Break.SENTENCE))
    elif rest and clauses:
        clauses[-1] = Chunk(f"{clauses[-1].text} {rest}", clauses[-1].ends_with)
    return clauses


def _ending(word: str) -> Break:
    if _SENTENCE_END.search(word) and not _NOT_AN_END.match(word):
        return Break.SENTENCE
    return Break.CLAUSE if _CLAUSE_END.search(word) else Break.WORD


def _fit(clause: Chunk, seconds: Callable[[str], float], limit_s: float) -> list[Chunk]:
    """The clause, halved until every piece fits: between words, in unspaced scripts anywhere."""
    words, glue = split_words(clause.text), " "
    if len(words) == 1 and any(unicodedata.east_asian_width(c) == "W" for c in clause.text):
        words, glue = list(clause.text), ""
    if len(words) < 2 or seconds(clause.text) <= limit_s:
        return [clause]
    middle = len(words) // 2
    left = Chunk(glue.join(words[:middle]), Break.WORD)
    right = Chunk(glue.join(words[middle:]), clause.ends_with)
    if not (is_spoken(left.text) and is_spoken(right.text)):
        return [clause]
    return [*_fit(left, seconds, limit_s), *_fit(right, seconds, limit_s)]


def _pack(units: list[Chunk], units_s: list[float], limit_s: float) -> list[Chunk]:
    """The cheapest way to join neighbouring units into chunks within the limit."""
    best_cost = [0.0] + [float("inf")] * len(units)
    best_start = [0] * (len(units) + 1)
    for end in range(1, len(units) + 1):
        total_s = 0.0
        for start in range(end - 1, -1, -1):
            total_s += units_s[start]
            if total_s > limit_s and start < end - 1:
                break
            cost = best_cost[start] + 1.0 + SPLIT_COST[units[end - 1].ends_with]
            cost += SHORT_COST if total_s < SHORT_S else 0.0
            if cost < best_cost[end]:
                best_cost[end], best_start[end] = cost, start
    chunks: list[Chunk] = []
    end = len(units)
    while end:
        start = best_start[end]
        text = " ".join(unit.text for unit in units[start:end])
        chunks.append(Chunk(text, units[end - 1].ends_with))
        end = start
    return chunks[::-1]
