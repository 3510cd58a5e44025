"""The timed words of a request, with the spacing and line ends of its reading."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from wordlight.contract import check_count
from wordlight.errors import InvalidInput
from wordlight.subtitles._call import SubtitleCall, check_speakers, check_times, piece_glue
from wordlight.subtitles._layout import clean
from wordlight.words import Ending, Origin, Word

if TYPE_CHECKING:
    from wordlight.reading import Reading


def reading_of(call: SubtitleCall) -> Reading | None:
    """The reading in the call, its warnings without control characters; None if it has none.

    Raises:
        InvalidInput: The JSON is not a reading, or not the reading of these words.
    """
    if call.reading is None or not call.reading.strip():
        return None
    from wordlight.reading import Reading  # only a call with a reading needs it

    reading = Reading.from_json(call.reading, "READING")
    n, expected = len(reading.words), len(call.words)
    if n != expected:
        raise InvalidInput("READING", f"has {n} words, WORDS has {expected}")
    if any(word.glue.strip() for word in reading.words):
        raise InvalidInput("READING", "has glue that is neither white space nor nothing")
    return replace(reading, warnings=tuple(map(clean, reading.warnings)))


def language_of(call: SubtitleCall, reading: Reading | None) -> str:
    """The language code of the call's words."""
    return call.language or (reading.language if reading else "") or "en"


def words_of(call: SubtitleCall, reading: Reading | None) -> list[Word]:
    """The call's words with their times, and with the spacing and line ends of the script.

    Raises:
        InvalidInput: A list is not as long as WORDS, or a value is not valid.
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


def _spacing(call: SubtitleCall, reading: Reading | None) -> tuple[list[str | None], list[Ending]]:
    """For each word, what follows it in its line, and what ends after it."""
    if reading is None:
        return piece_glue(call.words), [Ending.NONE] * len(call.words)
    return [word.glue and " " for word in reading.words], [word.ends for word in reading.words]


def _speakers(call: SubtitleCall, reading: Reading | None) -> Sequence[str]:
    """The speaker of each word, in one line each; empty for a word without a name."""
    if call.speakers is not None:
        field, speakers = "SPEAKERS", call.speakers
    elif reading is not None:
        field, speakers = "READING", [word.speaker for word in reading.words]
    else:
        return [""] * len(call.words)
    return check_speakers(speakers, len(call.words), field)
