"""Tests whether a spoken chunk can be heard at all. One that cannot is spoken again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordlight.speech._loudness import WINDOW_S, window_powers

if TYPE_CHECKING:
    from wordlight.speech.flow import Utterance

AUDIBLE_RMS = 0.01
"""-40 dBFS, a tenth of what a reference is raised to: a softer window does not count as sound."""
LEAST_SHARE, LEAST_S, ENOUGH_S = 0.2, 0.06, 0.5
"""The share of a chunk's expected time in which sound is required, with a minimum of 60 ms and a
maximum of half a second. Whisper tiny.en transcribed no single word with 0 to 0.05 s of sound, and
missed some with up to 0.15 s. So a chunk that passes can be heard, but not always understood."""
TIMES = 3
"""The number of attempts to speak a chunk."""
NEXT_SEED = 0x9E37_79B9_7F4A_7C15
"""2⁶⁴ over the golden ratio: far from the seeds of neighbouring chunks, which are consecutive."""


def is_audible(wave: NDArray[np.float32], expected_s: float, rate_hz: int) -> bool:
    """Whether the (n_samples,) wave has enough sound for speech of this expected length."""
    sounding_s = np.count_nonzero(window_powers(wave, rate_hz) >= AUDIBLE_RMS**2) * WINDOW_S
    return bool(sounding_s >= np.clip(LEAST_SHARE * expected_s, LEAST_S, ENOUGH_S))


def reseeded(utterance: Utterance) -> Utterance:
    """The utterance with another seed, to try again."""
    return replace(utterance, seed=(utterance.seed + NEXT_SEED) % 2**63)
