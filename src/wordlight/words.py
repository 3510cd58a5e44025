"""Words and when they are heard: what alignment makes and subtitles show."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wordlight.errors import WordsOverlap, WordTimeInvalid

LONGEST_SPEAKER = 64
"""Characters of a speaker's name."""


class Origin(StrEnum):
    """How a word came by its time."""

    ALIGNED = "aligned"
    """Found in the audio."""
    INTERPOLATED = "interpolated"
    """Nothing of it could be found; its neighbours leave it this room."""
    CLAMPED = "clamped"
    """Found, then moved so that it follows its predecessor and stays inside the clip."""
    UNSPOKEN = "unspoken"
    """Nobody says it: a note, or a part of the script that the recording leaves out."""


class Ending(StrEnum):
    """What ends behind a word, by the layout of the script."""

    NONE = ""
    LINE = "line"
    """A written line: a verse, a list's item, a heading."""
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the user wrote it, timed from the first sample of the clip.

    ``score`` is the probability that it is said, and where it is placed; 0 if nothing was found.
    ``speaker`` is who says it; empty if unknown. ``glue`` is what stands between it and the next
    word of its line: a space, or nothing; None leaves it to the language. ``ends`` is what the
    layout of the script ends behind it.
    """

    text: str
    start_s: float
    end_s: float
    score: float = 1.0
    origin: Origin = Origin.ALIGNED
    speaker: str = ""
    glue: str | None = None
    ends: Ending = Ending.NONE

    @property
    def duration_s(self) -> float:
        """Seconds from onset to end."""
        return self.end_s - self.start_s


def check_words(words: Iterable[Word]) -> None:
    """Accepts words that have finite times and follow each other.

    Raises:
        WordTimeInvalid: A time is negative, not finite, or ends before it starts.
        WordsOverlap: A word starts before the one before it ends.
    """
    previous_end_s = 0.0
    for index, word in enumerate(words):
        finite = math.isfinite(word.start_s) and math.isfinite(word.end_s)
        if not finite or word.start_s < 0 or word.end_s < word.start_s:
            raise WordTimeInvalid(index, word.text, word.start_s, word.end_s)
        if word.start_s < previous_end_s - 1e-6:
            raise WordsOverlap(index, word.text, word.start_s, previous_end_s)
        previous_end_s = word.end_s
