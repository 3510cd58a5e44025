"""The calls and answers of the publishing engine. Each field is a tensor of the contract."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.contract import SubtitleTexts


@dataclass(frozen=True, slots=True)
class PublishCall(SubtitleTexts):
    """One narration to publish under ``destination``, ``s3://bucket/prefix``.

    ``audio``: (n_samples,) float32, mono, at ``sample_rate`` Hz. ``expires``: for how many
    seconds the signed URLs are valid; if None, URLs are plain ``s3://`` addresses. ``request_id``
    is Triton's.
    """

    destination: str
    audio: NDArray[np.float32]
    sample_rate: int
    report: str
    key: str | None = None
    audio_format: str | None = None
    expires: int | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class PublishAnswer:
    """The published files: each list has one element for each file. Sizes are in bytes."""

    files: list[str]
    urls: list[str]
    sizes: list[int]
