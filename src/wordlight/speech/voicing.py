"""Which voice a call is to be spoken in, as far as the call alone tells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordlight.contract import check_reference_length
from wordlight.errors import ReferenceUnusable, UnknownVoice

SILENT_RMS = 1e-4


def find_voice(name: str, voices: Mapping[str, Path]) -> Path:
    """The folder of a ready voice.

    Raises:
        UnknownVoice: There is no such voice.
    """
    if name not in voices:
        raise UnknownVoice(name, tuple(sorted(voices)))
    return voices[name]


def check_recording(samples: NDArray[np.float32], rate_hz: int) -> None:
    """Checks that a recording is neither too short, too long nor silent.

    Raises:
        OutOfRange, ReferenceUnusable
    """
    check_reference_length(len(samples), rate_hz)
    if float(samples.std(dtype=np.float64)) < SILENT_RMS:
        raise ReferenceUnusable("REFERENCE_AUDIO", "is silent; it must hold speech")
