"""A request for subtitles, and the checks of its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.contract import check_count
from wordlight.errors import OutOfRange, TooLong
from wordlight.subtitles._layout import clean
from wordlight.words import LATEST_S, LONGEST_SPEAKER, Word, check_words


@dataclass(frozen=True, slots=True)
class SubtitleCall:
    """One request. Its fields are the contract's inputs; None stands for the default.

    ``starts`` and ``ends`` are (n_words,) seconds from the first sample of the clip. ``duration``
    is the length of the clip in seconds, if it is known. ``origins`` are (n_words,) values of
    `wordlight.words.Origin`. ``speakers`` are (n_words,) names. ``reading`` is the JSON of the
    `wordlight.reading.Reading` that the words come from.
    """

    words: list[str]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    scores: NDArray[np.float32] | None = None
    origins: list[str] | None = None
    look: str | None = None
    mode: str | None = None
    profile: str | None = None
    limits: str | None = None
    karaoke: str | None = None
    preset: str | None = None
    style: str | None = None
    width: int | None = None
    height: int | None = None
    language: str | None = None
    duration: float | None = None
    speakers: list[str] | None = None
    reading: str | None = None


def check_times(words: Sequence[Word]) -> None:
    """Checks that the words follow each other and end by `LATEST_S`.

    Raises:
        InvalidInput: A time is not valid.
    """
    check_words(words)
    if words and words[-1].end_s > LATEST_S:
        raise OutOfRange("ENDS", words[-1].end_s, 0.0, LATEST_S, "s")


def piece_glue(texts: Sequence[str]) -> list[str | None]:
    """The text after each word, if some words are pieces of a recogniser; else None for every word.

    A piece begins with a space if a new word begins there; a piece without a space continues the
    word before it. None leaves the choice to the language.

    >>> piece_glue([" Merci", " d", "'avoir"]), piece_glue(["so", "it"])
    ([' ', '', ' '], [None, None])
    """
    if not any(text.startswith(" ") for text in texts):
        return [None] * len(texts)
    return [" " if text.startswith(" ") else "" for text in [*texts[1:], " "]]


def speakers_of(words: Iterable[Word]) -> list[str]:
    """The names of the speakers, in the order of their first words."""
    return list(dict.fromkeys(word.speaker for word in words if word.speaker))


def check_speakers(
    speakers: Sequence[str], n_words: int | None = None, field: str = "SPEAKERS"
) -> list[str]:
    """The names, each in one line. With ``n_words``, there must be one name for each word.

    Raises:
        InvalidInput: There are more or fewer names than words.
        TooLong: A name is too long.
    """
    if n_words is not None:
        check_count(field, speakers, n_words)
    names = {name: clean(name) for name in set(speakers)}
    longest = max(map(len, names.values()), default=0)
    if longest > LONGEST_SPEAKER:
        raise TooLong(field, longest, LONGEST_SPEAKER, "characters in a name")
    return [names[name] for name in speakers]
