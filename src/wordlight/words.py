"""Words and their times: alignment makes them, and subtitles show them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wordlight.errors import WordsOverlap, WordTimeInvalid

LONGEST_SPEAKER = 64
"""The most characters that a speaker's name may have."""
LATEST_S = 359_999.0
"""99:59:59, the last second that SRT and WebVTT can write with two digits for hours."""


class Origin(StrEnum):
    """How the time of a word was found."""

    ALIGNED = "aligned"
    """The word was found in the audio."""
    INTERPOLATED = "interpolated"
    """The word could not be found; it gets the time that its neighbours leave."""
    CLAMPED = "clamped"
    """The word was found, then moved to follow its predecessor or to stay inside the clip."""
    UNSPOKEN = "unspoken"
    """Nobody says the word: it is in a note, or in a part that the recording leaves out."""


class Ending(StrEnum):
    """What ends after a word, by the layout of the script."""

    NONE = ""
    LINE = "line"
    """A written line: a verse, a list's item, a heading."""
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the user wrote it, timed from the first sample of the clip.

    ``score`` is the probability that the word is said at that place; 0 if it was not found.
    ``speaker`` is who says the word; empty if unknown. ``glue`` stands between the word and the
    next one of its line: a space or nothing; None leaves that to the language. ``ends`` is what
    ends after the word, by the layout of the script.
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
        """Seconds from the word's start to its end."""
        return self.end_s - self.start_s


def check_words(words: Iterable[Word]) -> None:
    """Checks that the words have finite times and follow each other.

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
