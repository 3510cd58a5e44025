"""The JSON of RESUME: the finished chunks of a narration, as a client sends them."""

from __future__ import annotations

from typing import TypedDict

RESUME_VERSION = 1
MOST_WARNINGS, LONGEST_WARNING = 1_000, 1_000
"""The most warnings of a READING, and the most characters of a warning in READING or RESUME."""
MOST_WARNINGS_OF_CHUNK = 20
"""In RESUME, on average. A chunk has one for words that could not be timed, and few others."""


class Resume(TypedDict):
    """The keys and the types of their values. docs/streaming.md explains them."""

    version: int
    seed: int
    samples: list[int]
    starts: list[float]
    ends: list[float]
    scores: list[float]
    origins: list[str]
    other: list[list[float]]
    doubtful: list[int]
    n_spelt: int
    warnings: list[str]
