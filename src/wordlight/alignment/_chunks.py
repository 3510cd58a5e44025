"""Chunks of a recording whose words are known; each is timed as if it were alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wordlight.alignment._calls import AlignmentCall
from wordlight.errors import InvalidInput, MissingInput
from wordlight.reading import Reading


@dataclass(frozen=True, slots=True)
class Chunk:
    """The samples and words from ``first_…`` to before ``stop_…``.

    A ``stop_word`` of None means that the chunk lasts to the last word.
    """

    first_sample: int
    stop_sample: int
    first_word: int
    stop_word: int | None


def chunks_of(call: AlignmentCall) -> list[Chunk]:
    """The chunks that a call names; none if it names none.

    Raises:
        MissingInput: Only one of CHUNK_STARTS and CHUNK_WORDS is given.
        InvalidInput: The two do not fit each other, or do not fit the recording.
    """
    starts, words = call.chunk_starts, call.chunk_words
    if starts is None and words is None:
        return []
    if starts is None or words is None:
        missing, given = ("STARTS", "WORDS") if starts is None else ("WORDS", "STARTS")
        raise MissingInput(f"CHUNK_{missing}", f"CHUNK_{given} is given")
    if len(starts) != len(words) or not len(starts):
        raise InvalidInput(
            "CHUNK_STARTS", f"has {len(starts)} elements; CHUNK_WORDS has {len(words)}"
        )
    if words[0] != 0 or np.any(np.diff(words) <= 0):
        raise InvalidInput("CHUNK_WORDS", "must begin with 0 and rise")
    samples = np.round(starts * call.sample_rate).clip(0, len(call.audio)).astype(np.int64)
    edges = np.append(samples, len(call.audio))
    if np.any(np.diff(edges) <= 0):
        raise InvalidInput("CHUNK_STARTS", "must rise, and lie within AUDIO")
    stops = [*words[1:].tolist(), None]
    spans = zip(edges[:-1].tolist(), edges[1:].tolist(), words.tolist(), stops, strict=True)
    return [Chunk(*span) for span in spans]


def check_chunk_words(chunks: list[Chunk], reading: Reading) -> None:
    """Checks that each chunk has words, and something to say.

    Raises:
        InvalidInput: A chunk has no words, or nothing is said in it.
    """
    n_words = len(reading.words)
    if chunks[-1].first_word >= n_words:
        raise InvalidInput(
            "CHUNK_WORDS", f"begins a chunk at word {chunks[-1].first_word} of {n_words}"
        )
    for chunk in chunks:
        words = reading.words[chunk.first_word : chunk.stop_word]
        if not any(word.said for word in words):
            raise InvalidInput(
                "CHUNK_WORDS", f"has a chunk at word {chunk.first_word} in which nothing is said"
            )
