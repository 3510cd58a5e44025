"""Joins spoken chunks to one waveform, with the pauses that a reader makes between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wordlight.speech._chunks import Break, Chunk
from wordlight.speech._loudness import loudness, trim

PAUSE_S = {
    Break.WORD: 0.02,
    Break.CLAUSE: 0.15,
    Break.SENTENCE: 0.40,
    Break.LINE: 0.50,
    Break.PARAGRAPH: 0.70,
}
"""Silence between two chunks, by the break that ends the first."""
LEAD_S, TAIL_S = 0.10, 0.30
"""Silence before the first and after the last word."""
FADE_S = 0.008
"""The length of the ramp at each cut, which prevents clicks."""
SILENT_MARGIN_S = 0.025
"""The part of a margin that the ear takes for silence, below -50 dBFS: a mean of three voices."""
PEAK = 0.98
LEAST_LOUDNESS = 0.1
"""The least share of ``level`` that speech has. Softer sound is raised by 20 dB and no more."""


def piece(
    wave: NDArray[np.float32], gain: float, rate_hz: int, level: float | None = None
) -> NDArray[np.float32]:
    """A spoken chunk, (n_samples,) float32, without the silence around it and without clicks.

    No sample exceeds `PEAK`. The chunk is as loud as its voice (``gain``) or, with ``level``, has
    that RMS, so that voices that take turns are equally loud.
    """
    spoken = fade(trim(wave, rate_hz), rate_hz)
    if level is not None:
        gain = level / max(loudness(spoken, rate_hz), level * LEAST_LOUDNESS)
        peak = float(np.abs(spoken).max(initial=0.0)) * gain
        return spoken * np.float32(gain * min(1.0, PEAK / max(peak, PEAK)))
    peak = float(np.abs(spoken).max(initial=0.0))
    scale = np.float32(PEAK / peak) if peak > PEAK else np.float32(1.0)
    return spoken * scale * np.float32(gain)


def pauses_s(chunks: Sequence[Chunk]) -> list[float]:
    """The silence after each chunk. After the last one it is that at the narration's end."""
    made = [*(PAUSE_S[chunk.ends_with] for chunk in chunks[:-1]), TAIL_S]
    return [
        made_s if chunk.pause_s is None else asked_s(chunk.pause_s)
        for chunk, made_s in zip(chunks, made, strict=False)
    ]


def lead_s(asked: float | None) -> float:
    """The silence to put before the first chunk; ``asked``: that before its first sound."""
    return LEAD_S if asked is None else asked_s(asked, n_margins=1)


def asked_s(silent_s: float, n_margins: int = 2) -> float:
    """The silence to put between two chunks for so much silence between their sounds.

    >>> asked_s(1.0), asked_s(0.01)
    (0.95, 0.0)
    """
    return round(max(0.0, silent_s - n_margins * SILENT_MARGIN_S), 6)


def join(
    pieces: Sequence[NDArray[np.float32]],
    pauses: Sequence[float],
    rate_hz: int,
    lead: float = LEAD_S,
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The pieces one after another, (n_samples,) float32, and the start of each in seconds.

    ``pauses``: seconds of silence after each piece; ``lead``: seconds before the first.
    """
    parts = [silence(lead, rate_hz)]
    starts: list[float] = []
    n_samples = len(parts[0])
    for spoken, pause_s in zip(pieces, pauses, strict=True):
        starts.append(n_samples / rate_hz)
        parts += [spoken, silence(pause_s, rate_hz)]
        n_samples += len(spoken) + len(parts[-1])
    return np.concatenate(parts), np.array(starts, np.float64)


def fade(wave: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """The wave with a short ramp at both ends."""
    n_ramp = min(int(FADE_S * rate_hz), len(wave) // 2)
    ramp = np.linspace(0.0, 1.0, n_ramp, dtype=np.float32)
    faded = wave.copy()
    faded[:n_ramp] *= ramp
    faded[len(wave) - n_ramp :] *= ramp[::-1]
    return faded


def silence(seconds: float, rate_hz: int) -> NDArray[np.float32]:
    """So many seconds of silence, (n_samples,)."""
    return np.zeros(round(seconds * rate_hz), np.float32)
