"""The JSON of RESUME: the finished chunks of a narration, as a client sends them."""

from __future__ import annotations

from typing import TypedDict

RESUME_VERSION = 1


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
