"""Finds the words of a lexicon in a script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wordlight.reading._endings import hissed
from wordlight.reading.lexicon._entries import Entry, bare
from wordlight.reading.lexicon._lexicon import Lexicon

_POSSESSIVE = re.compile(r"'[sS]$")
_PART = re.compile(r"[^-/]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A word of a script, as a lexicon sees it.

    ``is_free``: nothing else decides how the word is said. ``goes_on``: a phrase may go on with the
    next word.
    """

    text: str
    glue: str
    is_free: bool
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The words from ``first`` to before ``stop``, and what is said for them.

    Either ``respelling`` or ``phonemes`` is given.
    """

    first: int
    stop: int
    respelling: str = ""
    phonemes: str = ""


def find(words: Sequence[Written], lexicon: Lexicon, language: str = "en") -> Iterator[Found]:
    """The lexicon's words in a script, in order. If phrases overlap, the first and longest wins.

    Marks around a word do not count. The 's of a possessive is added to what is said for the word.

    >>> words = [Written(text, " ", True, True) for text in ("“New", "York’s”", "mayor")]
    >>> list(find(words, Lexicon.of([Entry("new york", "noo yawk")])))
    [Found(first=0, stop=2, respelling="noo yawk's", phonemes='')]
    """
    if not lexicon.entries:
        return
    index = 0
    while index < len(words):
        found = _at(words, index, lexicon, language) if words[index].is_free else None
        if found is not None:
            yield found
        index = found.stop if found is not None else index + 1


def _at(words: Sequence[Written], first: int, lexicon: Lexicon, language: str) -> Found | None:
    text = words[first].text
    has_apart = " " in text  # marks that stand apart
    text = _without_leaders(text) if has_apart else text
    alone = bare(_without_trailers(text) if has_apart else text)
    longest = lexicon.longest(alone)
    if "'" in alone:
        longest = max(longest, lexicon.longest(_owner(alone)))
    written = [alone] if longest else []
    while len(written) < longest:
        before, stop = words[first + len(written) - 1], first + len(written)
        if not before.goes_on or stop >= len(words) or not words[stop].is_free:
            break
        text += " " if before.glue else ""
        written.append(bare(text + _without_trailers(words[stop].text)))
        text += words[stop].text
    for n_words in range(len(written), 0, -1):
        entry = _said(written[n_words - 1], lexicon, language)
        if entry is not None:
            return Found(first, first + n_words, entry.respelling, entry.phonemes)
    return _of_parts(alone, first, lexicon, language) if "-" in alone or "/" in alone else None


def _owner(written: str) -> str:
    """The word without the 's of a possessive."""
    return _POSSESSIVE.sub("", written) if "'" in written else written


def _said(written: str, lexicon: Lexicon, language: str) -> Entry | None:
    """The entry of a word. A possessive has the entry of its owner, with an "s" added."""
    entry = lexicon.lookup(written)
    if entry is not None:
        return entry
    owner = _owner(written)
    entry = lexicon.lookup(owner) if owner != written else None
    if entry is None or entry.respelling:
        return entry and Entry(entry.word, f"{entry.respelling}'s")
    return Entry(
        entry.word, phonemes=entry.phonemes + (hissed(entry.phonemes) if language == "en" else "s")
    )


def _of_parts(compound: str, first: int, lexicon: Lexicon, language: str) -> Found | None:
    """A compound with some parts respelt: "win-Smith" for "Nguyen-Smith".

    Entries with phonemes are of no use here, because phonemes stand for a whole word.
    """

    def respelt(part: re.Match[str]) -> str:
        is_word = any(map(str.isalpha, part[0]))
        entry = _said(part[0], lexicon, language) if is_word else None
        return entry.respelling if entry is not None and entry.respelling else part[0]

    said = _PART.sub(respelt, compound)
    return Found(first, first + 1, said) if said != compound else None


def _without_leaders(text: str) -> str:
    """The word without marks and a space before it, as in a list or a heading."""
    while (parts := text.split(None, 1))[1:] and not any(map(str.isalnum, parts[0])):
        text = parts[1]
    return text


def _without_trailers(text: str) -> str:
    """The word without a space and marks after it, such as a dash or an emoji."""
    while (parts := text.rsplit(None, 1))[1:] and not any(map(str.isalnum, parts[1])):
        text = parts[0]
    return text
