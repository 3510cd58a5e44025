"""Finds roughly where somebody speaks, with the Silero detector that faster-whisper contains."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

from wordlight.speech._levels import FRAMES_HZ, HEARING_HZ
from wordlight.telemetry import forbid_telemetry

PAUSE_MS, SHORTEST_WORD_MS = 300, 100
"""A shorter pause counts as speech; a sound shorter than the shortest word does not."""
CONTEXT_S = 0.5
"""The length of context before and after the recording. It repeats the recording's first and last
tenth of a second. Without it the detector takes the onset of noise for speech."""
Frames = tuple[int, int]
"""The first frame of a stretch and the one after its last, at `FRAMES_HZ` frames a second."""


def detect(heard: NDArray[np.float32]) -> list[Frames]:
    """The stretches that sound like speech in a (n_samples,) wave at `HEARING_HZ`."""
    forbid_telemetry(os.environ)  # the detector runs in onnxruntime
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    loud = heard * (0.1 / max(1e-6, float(np.sqrt(np.mean(np.square(heard))))))
    n_context, tenth = round(CONTEXT_S * HEARING_HZ), HEARING_HZ // 10
    before = np.pad(loud[:tenth], (n_context, 0), mode="reflect")[:n_context]
    after = np.pad(loud[-tenth:], (0, n_context), mode="reflect")[-n_context:]
    found = get_speech_timestamps(
        np.clip(np.concatenate([before, loud, after]), -1.0, 1.0),
        VadOptions(min_silence_duration_ms=PAUSE_MS, speech_pad_ms=0),
    )
    frame = HEARING_HZ // FRAMES_HZ
    n_frames = len(heard) // frame
    spans = [
        (max(0, one["start"] - n_context) // frame, -(-(one["end"] - n_context) // frame))
        for one in found
    ]
    shortest = SHORTEST_WORD_MS * FRAMES_HZ // 1_000
    return [(a, min(b, n_frames)) for a, b in spans if min(b, n_frames) - a >= shortest]
