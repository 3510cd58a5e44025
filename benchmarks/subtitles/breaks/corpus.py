"""Reference subtitles, and the bare words of them that a segmenter gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pysubs2

from wordlight.reading import is_readable, read_script
from wordlight.words import Word

PAUSE_S = 0.25
"""A shorter gap between captions is the editor's (two frames by most guides), not a speaker's."""
EVEN_CHARACTERS_PER_S = 15.0
TITLES = frozenset(("Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "St."))
_SENTENCE_END = re.compile(r"[.!?…][\"'“”’»)\]]*$")


class Break(StrEnum):
    """What follows a word, as EvalSubtitle tags it."""

    NONE = ""
    LINE = "<eol>"
    CAPTION = "<eob>"


@dataclass(frozen=True, slots=True)
class Shown:
    """One caption: its words line by line, and when it is on screen."""

    lines: tuple[tuple[str, ...], ...]
    start_s: float
    end_s: float

    @property
    def words(self) -> list[str]:
        """Every word, in order."""
        return [word for line in self.lines for word in line]


@dataclass(frozen=True, slots=True)
class Document:
    """One file of subtitles."""

    name: str
    language: str
    captions: tuple[Shown, ...]

    @classmethod
    def read(cls, path: Path) -> Document:
        """The captions of an SRT file whose name starts with its language: ``en-harbour.srt``."""
        events = pysubs2.SSAFile.from_string(path.read_text("utf-8"), format_="srt")
        language = path.stem.split("-")[0]
        captions = tuple(
            Shown(
                tuple(_words(line, language) for line in event.plaintext.splitlines()),
                event.start / 1000,
                event.end / 1000,
            )
            for event in events
        )
        return cls(path.stem, language, captions)

    def spoken(self, *, pauses: bool = True) -> list[Word]:
        """The words alone. A caption's words are spread over its time by their lengths.

        A caption is spoken until the next one, or until its own end if `PAUSE_S` or more follow.
        Without ``pauses`` that silence is cut out, and only the text shows where to break.
        """
        words: list[Word] = []
        cut_s = 0.0
        starts_s = [caption.start_s for caption in self.captions[1:]]
        for caption, next_s in zip(self.captions, [*starts_s, None], strict=True):
            end_s = caption.end_s
            if next_s is not None and next_s - end_s < PAUSE_S:
                end_s = next_s
            words += _spread(caption.words, caption.start_s - cut_s, end_s - cut_s)
            if next_s is not None and not pauses:
                cut_s += next_s - end_s
        return words

    def evenly(self) -> list[Word]:
        """The words alone, at `EVEN_CHARACTERS_PER_S`: only the text shows where to break."""
        texts = [text for caption in self.captions for text in caption.words]
        n_characters = sum(len(text) + 1 for text in texts)
        return list(_spread(texts, 0.0, n_characters / EVEN_CHARACTERS_PER_S))


def read_corpus(folder: Path) -> list[Document]:
    """The documents of all SRT files in the folder, sorted by name."""
    return [Document.read(path) for path in sorted(folder.glob("*.srt"))]


def marked(captions: Iterable[Shown]) -> list[tuple[str, Break]]:
    """Each word with the break that follows it."""
    pairs: list[tuple[str, Break]] = []
    for caption in captions:
        for number, line in enumerate(caption.lines, 1):
            last = Break.CAPTION if number == len(caption.lines) else Break.LINE
            pairs += [(word, Break.NONE) for word in line[:-1]] + [(line[-1], last)]
    return pairs


def ends_sentence(word: str) -> bool:
    """Whether a sentence ends with this word.

    >>> [ends_sentence(word) for word in ("end.", 'end?"', "Dr.", "so,")]
    [True, True, False, False]
    """
    return bool(_SENTENCE_END.search(word)) and word not in TITLES


def _words(line: str, language: str) -> tuple[str, ...]:
    if not is_readable(line):
        return ()
    return tuple(word.text for word in read_script(line, language).words)


def _spread(texts: list[str], start_s: float, end_s: float) -> Iterator[Word]:
    per_character_s = (end_s - start_s) / sum(len(text) + 1 for text in texts)
    n_characters = 0
    for text in texts:
        word_start_s = start_s + n_characters * per_character_s
        n_characters += len(text) + 1
        yield Word(text, word_start_s, start_s + n_characters * per_character_s)
