"""The part of a narration that is done, and its form in the input RESUME."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordlight.audio import LONGEST_SPEECH_S
from wordlight.contract import (
    LONGEST_WARNING,
    MOST_WARNINGS_OF_CHUNK,
    RESUME_VERSION,
    Resume,
)
from wordlight.errors import InvalidInput, TooLong
from wordlight.words import Origin, Word, check_words

ROUNDING_S = 1e-6
LONGEST_S = 2 * LONGEST_SPEECH_S
"""The longest narration that RESUME may describe: one may turn out longer than its plan."""


@dataclass(frozen=True, slots=True)
class Times:
    """The times of words.

    ``starts`` and ``ends`` are (n,) seconds, and ``scores`` is (n,) too. ``others`` are the spans
    in which something else than these words is spoken, in seconds.
    """

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    scores: NDArray[np.float32]
    origins: Sequence[Origin]
    others: Sequence[tuple[float, float]] = ()

    @classmethod
    def join(cls, parts: Sequence[Times]) -> Times:
        """All parts as one, one after another."""
        return cls(
            np.concatenate([np.zeros(0), *(part.starts for part in parts)]),
            np.concatenate([np.zeros(0), *(part.ends for part in parts)]),
            np.concatenate([np.zeros(0, np.float32), *(part.scores for part in parts)]),
            [origin for part in parts for origin in part.origins],
            [span for part in parts for span in part.others],
        )

    def shifted(self, by_s: float) -> Times:
        """The same times, ``by_s`` seconds later."""
        others = [(start_s + by_s, end_s + by_s) for start_s, end_s in self.others]
        return Times(self.starts + by_s, self.ends + by_s, self.scores, self.origins, others)


@dataclass(slots=True)
class Done:
    """The chunks that are finished.

    ``samples`` is the number of samples of each chunk, its pause included. ``times`` are the times
    of all their words, from the start of the narration, in one or more batches. ``doubtful`` are
    indices of words in the whole script. ``warnings`` are the chunks' warnings. ``n_spelt`` counts
    the words that the aligner has letters for.
    """

    seed: int | None = None
    samples: list[int] = field(default_factory=list)
    times: list[Times] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    n_spelt: int = 0

    @classmethod
    def read(cls, text: str | None, edges: Sequence[int], rate_hz: int) -> Done:
        """The chunks that are done according to the JSON of RESUME.

        Args:
            text: The JSON. If it is None or blank, nothing is done yet.
            edges: The index of each chunk's first word, followed by the number of all words.
            rate_hz: The rate of the samples.

        Raises:
            InvalidInput: The text is not such JSON, or it belongs to another script.
            TooLong: There are too many warnings, or one is too long.
        """
        if text is None or not text.strip():
            return cls()
        try:
            return _read(json.loads(text), edges, rate_hz)
        except (KeyError, TypeError, ValueError, RecursionError, OverflowError) as error:
            raise InvalidInput("RESUME", "is not what docs/streaming.md says") from error


def _read(found: Resume, edges: Sequence[int], rate_hz: int) -> Done:
    version = _whole(found["version"], 0, 2**31)
    if version != RESUME_VERSION:
        raise InvalidInput("RESUME", f"has version {version}; this is {RESUME_VERSION}")
    if unknown := found.keys() - Resume.__annotations__:
        given = ascii(min(unknown))[:40]
        raise InvalidInput("RESUME", f"has a member {given}; docs/streaming.md has its members")
    samples = [_whole(n, 1, round(LONGEST_S * rate_hz)) for n in found["samples"]]
    if len(samples) >= len(edges):
        raise InvalidInput(
            "RESUME", f"has {len(samples)} chunks; this narration has {len(edges) - 1}"
        )
    n_words = edges[len(samples)]
    whole = _times(found)
    if len(whole.starts) != n_words:
        raise InvalidInput(
            "RESUME",
            f"has {len(whole.starts)} words in {len(samples)} chunks; this narration has {n_words}",
        )
    lasts_s = sum(samples) / rate_hz
    if lasts_s > LONGEST_S:
        raise InvalidInput("RESUME", f"has {lasts_s:.0f} s of audio, more than any narration")
    if n_words and whole.ends[-1] > lasts_s + ROUNDING_S:
        raise InvalidInput("RESUME", f"has a word that ends after its {lasts_s:.3f} s of audio")
    if any(end_s > lasts_s + ROUNDING_S for _, end_s in whole.others):
        raise InvalidInput("RESUME", f"has other speech after its {lasts_s:.3f} s of audio")
    doubtful = [_whole(index, 0, n_words - 1) for index in found["doubtful"]]
    if doubtful != sorted(set(doubtful)):
        raise ValueError("indices that do not rise")
    return Done(
        seed=_whole(found["seed"], 0, 2**63 - 1),
        samples=samples,
        times=[whole],
        doubtful=doubtful,
        warnings=_warnings(found["warnings"], len(samples)),
        n_spelt=_whole(found["n_spelt"], 0, n_words),
    )


def _times(found: Resume) -> Times:
    """The times of the words.

    Raises:
        ValueError, TypeError: The values cannot be times of words.
    """
    starts, ends = _numbers(found["starts"]), _numbers(found["ends"])
    scores = _numbers(found["scores"])
    origins = [Origin(origin) for origin in found["origins"]]
    if len({len(starts), len(ends), len(scores), len(origins)}) != 1:
        raise ValueError("lists of unequal lengths")
    try:
        check_words(Word("", *span) for span in zip(starts.tolist(), ends.tolist(), strict=True))
    except InvalidInput as error:
        raise ValueError("times that do not rise") from error
    if np.any(scores > 1):
        raise ValueError("a score above 1")
    others = [_span(span) for span in found["other"]]
    return Times(starts, ends, scores.astype(np.float32), origins, others)


def _span(values: Any) -> tuple[float, float]:
    start_s, end_s = _numbers(values).tolist()
    if start_s > end_s:
        raise ValueError("a span that ends before it starts")
    return start_s, end_s


def _numbers(values: Any) -> NDArray[np.float64]:
    """The values as an array of shape (n,), finite and not negative."""
    if not isinstance(values, list) or not all(type(value) in (int, float) for value in values):
        raise TypeError("no list of numbers")
    numbers = np.array(values, np.float64)
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        raise ValueError("not finite, or negative")
    return numbers


def _whole(value: Any, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError("no such whole number")
    return value


def _warnings(values: Any, n_chunks: int) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("no list of texts")
    if len(values) > (most := MOST_WARNINGS_OF_CHUNK * n_chunks):
        raise TooLong("RESUME: warnings", len(values), most, "elements")
    for value in values:
        value.encode()  # raises for half a surrogate pair
        if len(value) > LONGEST_WARNING:
            raise TooLong("RESUME: a warning", len(value), LONGEST_WARNING, "characters")
    return values
