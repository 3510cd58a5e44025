"""A caption: its words in lines, and the times at which it appears and disappears."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wordlight.subtitles._clock import to_cs
from wordlight.subtitles.languages import Language
from wordlight.words import Origin, Word


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a caption. ``glue[k]`` stands after ``words[k]``: a space or nothing."""

    words: tuple[Word, ...]
    glue: tuple[str, ...]

    @classmethod
    def of(cls, words: Sequence[Word], language: Language) -> Line:
        """The words as one line, with the spaces of the script, or else those of the language."""
        return cls(tuple(words), (*(language.between(*pair) for pair in pairwise(words)), ""))

    @property
    def text(self) -> str:
        """The text of the line."""
        return "".join(word.text + space for word, space in zip(self.words, self.glue, strict=True))


@dataclass(frozen=True, slots=True)
class Caption:
    """Lines that are on screen from ``start_ms`` until just before ``end_ms``.

    The end is a whole centisecond. If the next caption starts earlier within that centisecond, the
    end is that start.
    """

    lines: tuple[Line, ...]
    start_ms: int
    end_ms: int

    @property
    def words(self) -> Iterator[Word]:
        """All words, in order."""
        return (word for line in self.lines for word in line.words)

    @property
    def speaker(self) -> str:
        """The name of the speaker; empty if unknown."""
        return next((word.speaker for word in self.words if word.speaker), "")

    @property
    def spoken(self) -> list[Word]:
        """The spoken words; all words if none is spoken."""
        return [word for word in self.words if is_spoken(word)] or list(self.words)

    @property
    def text(self) -> str:
        """The text of the lines, one below the other."""
        return "\n".join(line.text for line in self.lines)

    @property
    def start_cs(self) -> int:
        """The start in centiseconds, the unit of ASS."""
        return to_cs(self.start_ms)

    @property
    def end_cs(self) -> int:
        """The end in centiseconds, the unit of ASS."""
        return to_cs(self.end_ms)

    @property
    def duration_ms(self) -> int:
        """Time on screen in milliseconds."""
        return self.end_ms - self.start_ms


def is_spoken(word: Word) -> bool:
    """Whether somebody says the word, as far as is known."""
    return word.origin is not Origin.UNSPOKEN
