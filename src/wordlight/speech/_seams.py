"""Spoken chunks → one waveform, with the pauses a reader makes between them."""

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
"""Silence from the end of speech to the next onset, by what ends the chunk."""
LEAD_S, TAIL_S = 0.10, 0.30
"""Silence before the first and after the last word."""
FADE_S = 0.008
"""Ramp at each cut, against clicks."""
SILENT_MARGIN_S = 0.025
"""Of a margin, what is silent to the ear, in the mean of three voices: below -50 dBFS."""
PEAK = 0.98
LEAST_LOUDNESS = 0.1
"""Of a level, that a chunk is raised from: what is quieter by more than 20 dB is not speech."""


def piece(
    wave: NDArray[np.float32], gain: float, rate_hz: int, level: float | None = None
) -> NDArray[np.float32]:
    """What is kept of a spoken chunk, (n_samples,) float32: without the silence around it, without
    clicks, no louder than can be played, and then as loud as its voice; or, with ``level``, of
    that RMS, so that voices which take turns are equally loud."""
    spoken = fade(trim(wave, rate_hz), rate_hz)
    if level is not None:
        gain = level / max(loudness(spoken, rate_hz), level * LEAST_LOUDNESS)
        peak = float(np.abs(spoken).max(initial=0.0)) * gain
        return spoken * np.float32(gain * min(1.0, PEAK / max(peak, PEAK)))
    peak = float(np.abs(spoken).max(initial=0.0))
    scale = np.float32(PEAK / peak) if peak > PEAK else np.float32(1.0)
    return spoken * scale * np.float32(gain)


def pauses_s(chunks: Sequence[Chunk]) -> list[float]:
    """The silence after each chunk; the last one has the narration's end behind it."""
    made = [*(PAUSE_S[chunk.ends_with] for chunk in chunks[:-1]), TAIL_S]
    return [
        made_s if chunk.pause_s is None else asked_s(chunk.pause_s)
        for chunk, made_s in zip(chunks, made, strict=False)
    ]


def lead_s(asked: float | None) -> float:
    """The silence before the first chunk, if so much is asked for before its first sound."""
    return LEAD_S if asked is None else asked_s(asked, n_margins=1)


def asked_s(silent_s: float, n_margins: int = 2) -> float:
    """What is put between two chunks that are to have so much silence between their sounds.

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
    """The pieces one after another, (n_samples,) float32, and each one's start in seconds.

    ``pauses``: seconds of silence after each; ``lead``: before the first.
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
    """So many seconds of nothing, (n_samples,)."""
    return np.zeros(round(seconds * rate_hz), np.float32)
