"""What the publishing engine is asked and what it answers; a field a tensor of the contract."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.contract import SubtitleTexts


@dataclass(frozen=True, slots=True)
class PublishCall(SubtitleTexts):
    """One narration to publish under ``destination``, ``s3://bucket/prefix``.

    ``audio``: (n_samples,) float32, mono, at ``sample_rate`` Hz. ``expires``: seconds for which
    the URLs are signed; None: they are plain ``s3://`` addresses. ``request_id`` is Triton's.
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
    """The published files, one element of each list a file; sizes in bytes."""

    files: list[str]
    urls: list[str]
    sizes: list[int]
