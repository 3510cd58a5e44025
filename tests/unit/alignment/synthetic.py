"""Emissions whose right alignment is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def peaky_emissions(
    tokens: NDArray[np.int64], starts: NDArray[np.int64], n_frames: int, n_labels: int, peak: float
) -> NDArray[np.float32]:
    """Blank (label 0) everywhere but at ``starts``, where the tokens are; (n_frames, n_labels)."""
    probabilities = np.full((n_frames, n_labels), (1 - peak) / (n_labels - 1))
    probabilities[:, 0] = peak
    probabilities[starts] = (1 - peak) / (n_labels - 1)
    probabilities[starts, tokens] = peak
    return np.log(probabilities).astype(np.float32)
