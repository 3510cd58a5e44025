"""Finds and checks the voice of a call, as far as that is possible without the engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordlight.contract import check_reference_length
from wordlight.errors import InvalidInput, ReferenceUnusable, UnknownVoice

SILENT_RMS = 1e-4


def find_voice(name: str, voices: Mapping[str, Path], where: str = "") -> Path:
    """The folder of a ready voice. ``where``: the place in TEXT that names the voice, if any.

    Raises:
        InvalidInput: The name is a blend of voices.
        UnknownVoice: There is no such voice.
    """
    if name not in voices and "+" in name:
        place = f" at {where} of TEXT" if where else ""
        raise InvalidInput(
            "VOICE",
            f"{name[:40]!r}{place} is a blend, and voices are not blended",
            "name one voice",
        )
    if name not in voices:
        raise UnknownVoice(name, tuple(sorted(voices)), where)
    return voices[name]


def check_recording(samples: NDArray[np.float32], rate_hz: int) -> None:
    """Checks that a recording is neither too short, too long nor silent.

    Raises:
        OutOfRange: The recording is too short or too long.
        ReferenceUnusable: The recording is silent.
    """
    check_reference_length(len(samples), rate_hz)
    if float(samples.std(dtype=np.float64)) < SILENT_RMS:
        raise ReferenceUnusable("REFERENCE_AUDIO", "is silent; it must hold speech")
