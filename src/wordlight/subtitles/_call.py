"""One request for subtitles, and the timed words that are in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordlight.contract import check_count
from wordlight.errors import InvalidInput, OutOfRange, TooLong
from wordlight.subtitles._clock import LATEST_S
from wordlight.subtitles._layout import clean
from wordlight.words import LONGEST_SPEAKER, Ending, Origin, Word, check_words

if TYPE_CHECKING:
    from wordlight.reading import Reading


@dataclass(frozen=True, slots=True)
class SubtitleCall:
    """One request: the fields are the contract's inputs; None is the default.

    ``starts`` and ``ends`` are (n_words,) seconds from the first sample of the clip, which lasts
    ``duration`` seconds if that is known; ``origins`` are (n_words,) of `wordlight.words.Origin`,
    ``speakers`` (n_words,) names. ``reading`` is the JSON of the `wordlight.reading.Reading` that
    the words are from.
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


def reading_of(call: SubtitleCall) -> Reading | None:
    """The reading that the call brings along, if any, free of what is no character.

    Raises:
        InvalidInput: It is none, or not of these words.
    """
    if call.reading is None or not call.reading.strip():
        return None
    from wordlight.reading import Reading  # and what it reads with

    reading = Reading.from_json(call.reading, "READING")
    n, expected = len(reading.words), len(call.words)
    if n != expected:
        raise InvalidInput("READING", f"has {n} words, WORDS has {expected}")
    if any(word.glue.strip() for word in reading.words):
        raise InvalidInput("READING", "has glue that is neither white space nor nothing")
    warnings = tuple(map(clean, reading.warnings))
    return replace(reading, language=clean(reading.language), warnings=warnings)


def words_of(call: SubtitleCall, reading: Reading | None) -> list[Word]:
    """The call's words, timed, spaced and parted into lines as they were written.

    Raises:
        InvalidInput: A list has another length than WORDS, or a value that cannot be.
    """
    n = len(call.words)
    scores = np.ones(n, dtype=np.float32) if call.scores is None else call.scores
    origins = [Origin.ALIGNED] * n if call.origins is None else list(map(Origin, call.origins))
    lists: dict[str, Sized] = {
        "STARTS": call.starts, "ENDS": call.ends, "SCORES": scores, "ORIGINS": origins,
    }  # fmt: skip
    for field, array in lists.items():
        check_count(field, array, n)
    speakers = _speakers(call, reading)
    glue, endings = _spacing(call, reading)
    times = (call.starts.tolist(), call.ends.tolist())
    timed = zip(call.words, *times, scores.tolist(), origins, strict=True)
    words = [
        Word(*fields, speaker=speaker, glue=space, ends=ending)
        for fields, speaker, space, ending in zip(timed, speakers, glue, endings, strict=True)
    ]
    check_times(words)
    return words


def check_times(words: Sequence[Word]) -> None:
    """Accepts words that follow each other and end before the last second that has a name.

    Raises:
        InvalidInput: Their times cannot be.
    """
    check_words(words)
    if words and words[-1].end_s > LATEST_S:
        raise OutOfRange("ENDS", words[-1].end_s, 0.0, LATEST_S, "s")


def _spacing(call: SubtitleCall, reading: Reading | None) -> tuple[list[str | None], list[Ending]]:
    """What follows each word in its line, and what ends behind it."""
    if reading is None:
        return piece_glue(call.words), [Ending.NONE] * len(call.words)
    return [word.glue and " " for word in reading.words], [word.ends for word in reading.words]


def piece_glue(texts: Sequence[str]) -> list[str | None]:
    """What follows each word, if recognisers' pieces are among them; else the language decides.

    Pieces bring along the space before them, and one without it goes on with the word before it.

    >>> piece_glue([" Merci", " d", "'avoir"]), piece_glue(["so", "it"])
    ([' ', '', ' '], [None, None])
    """
    if not any(text.startswith(" ") for text in texts):
        return [None] * len(texts)
    return [" " if text.startswith(" ") else "" for text in [*texts[1:], " "]]


def speakers_of(words: Iterable[Word]) -> list[str]:
    """Who speaks, in the order in which they first do."""
    return list(dict.fromkeys(word.speaker for word in words if word.speaker))


def _speakers(call: SubtitleCall, reading: Reading | None) -> Sequence[str]:
    """Who says each word, in one line each; empty where nobody is named."""
    if call.speakers is not None:
        field, speakers = "SPEAKERS", call.speakers
    elif reading is not None:
        field, speakers = "READING", [word.speaker for word in reading.words]
    else:
        return [""] * len(call.words)
    return check_speakers(speakers, len(call.words), field)


def check_speakers(
    speakers: Sequence[str], n_words: int | None = None, field: str = "SPEAKERS"
) -> list[str]:
    """The names in one line each; there must be one for each word, if those are counted.

    Raises:
        InvalidInput: There are more or fewer.
        TooLong: A name is.
    """
    if n_words is not None:
        check_count(field, speakers, n_words)
    names = {name: clean(name) for name in set(speakers)}
    longest = max(map(len, names.values()), default=0)
    if longest > LONGEST_SPEAKER:
        raise TooLong(field, longest, LONGEST_SPEAKER, "characters in a name")
    return [names[name] for name in speakers]
