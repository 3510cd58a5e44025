"""Words and when they are heard: what alignment makes and subtitles show."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wordlight.errors import WordsOverlap, WordTimeInvalid


class Origin(StrEnum):
    """How a word came by its time."""

    ALIGNED = "aligned"
    """Found in the audio."""
    INTERPOLATED = "interpolated"
    """Nothing of it could be found; its neighbours leave it this room."""
    CLAMPED = "clamped"
    """Found, then moved so that it follows its predecessor and stays inside the clip."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the user wrote it, timed from the first sample of the clip.

    ``score`` is the aligner's mean probability in [0, 1]; 0 where nothing was found. ``speaker`` is
    who says it; empty if unknown.
    """

    text: str
    start_s: float
    end_s: float
    score: float = 1.0
    origin: Origin = Origin.ALIGNED
    speaker: str = ""

    @property
    def duration_s(self) -> float:
        """Seconds from onset to end."""
        return self.end_s - self.start_s


def check_words(words: Iterable[Word]) -> None:
    """Nothing, if every word has a finite time and follows the one before it.

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


def split_words(text: str) -> list[str]:
    """The words a user wrote: what white space separates, punctuation attached.

    A run without a letter, digit or symbol to say (a lone dash, "...") belongs to the word before
    it, so that every word can be spoken and joining with spaces gives the text again.

    >>> split_words('He paid $12 — twice!')
    ['He', 'paid', '$12 —', 'twice!']
    """
    words: list[str] = []
    pending = ""
    for token in text.split():
        if is_spoken(token):
            words.append(f"{pending} {token}".strip())
            pending = ""
        elif words:
            words[-1] += f" {token}"
        else:
            pending = f"{pending} {token}".strip()
    return words


def is_spoken(token: str) -> bool:
    """Whether a reader would say anything at all for this token."""
    return any(character.isalnum() or character in SPOKEN_SYMBOLS for character in token)


SPOKEN_SYMBOLS = frozenset("$€£¥%&@+=#°")


def join_words(words: Sequence[str]) -> str:
    """One line of the words, spaces between them."""
    return " ".join(words)
