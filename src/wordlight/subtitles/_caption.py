"""One caption: the words on screen together, in lines, and from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wordlight.subtitles._clock import to_cs
from wordlight.subtitles.languages import Language
from wordlight.words import Origin, Word


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a caption; ``glue[k]`` is what stands after ``words[k]``: a space or nothing."""

    words: tuple[Word, ...]
    glue: tuple[str, ...]

    @classmethod
    def of(cls, words: Sequence[Word], language: Language) -> Line:
        """The words in a row, spaced as written, or else as the language does."""
        return cls(tuple(words), (*(language.between(*pair) for pair in pairwise(words)), ""))

    @property
    def text(self) -> str:
        """The row as read."""
        return "".join(word.text + space for word, space in zip(self.words, self.glue, strict=True))


@dataclass(frozen=True, slots=True)
class Caption:
    """Lines shown from ``start_ms`` to before ``end_ms``.

    The end is a whole centisecond, or the next caption's start where that comes sooner in it.
    """

    lines: tuple[Line, ...]
    start_ms: int
    end_ms: int

    @property
    def words(self) -> Iterator[Word]:
        """Every word, in order."""
        return (word for line in self.lines for word in line.words)

    @property
    def speaker(self) -> str:
        """Who says its words; empty if unknown."""
        return next((word.speaker for word in self.words if word.speaker), "")

    @property
    def spoken(self) -> list[Word]:
        """The words that somebody says; all of them if nobody says any."""
        return [word for word in self.words if is_spoken(word)] or list(self.words)

    @property
    def text(self) -> str:
        """The rows as read, one under the other."""
        return "\n".join(line.text for line in self.lines)

    @property
    def start_cs(self) -> int:
        """Start as ASS can write it."""
        return to_cs(self.start_ms)

    @property
    def end_cs(self) -> int:
        """End as ASS can write it."""
        return to_cs(self.end_ms)

    @property
    def duration_ms(self) -> int:
        """Milliseconds on screen."""
        return self.end_ms - self.start_ms


def is_spoken(word: Word) -> bool:
    """Whether somebody says the word, as far as is known; one that is only read has no turn."""
    return word.origin is not Origin.UNSPOKEN
