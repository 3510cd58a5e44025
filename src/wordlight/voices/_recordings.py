"""The requirements that a recording must meet to become a ready voice, and its measurement."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.audio import Clip, clipped_share
from wordlight.contract import LONGEST_REFERENCE_S, SHORTEST_REFERENCE_S
from wordlight.errors import ReferenceUnusable
from wordlight.telemetry import forbid_telemetry

VOICE_RATE_HZ = 24_000
"""The sample rate from which F5-TTS's mels are made."""
QUIETEST_DBFS = -45.0
"""The least RMS of the speech. Below it, 16 bits and most rooms leave more noise than voice."""
SILENT_DBFS = -60.0
"""The least peak. What converters and codecs make of a microphone that was off lies below it."""
MOST_CLIPPED = 0.0005
"""The largest share of clipped samples: a click or two pass, but not a voice recorded too loud."""
LEAST_SPEECH_S = 1.0
LEAST_SPEECH_SHARE = 0.5
VAD_RATE_HZ = 16_000
PAUSE_MS = 300
"""Shorter pauses count as part of the speech."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of a recording: lengths in seconds, levels in dB relative to full scale."""

    duration_s: float
    speech_s: float
    level_dbfs: float
    peak_dbfs: float
    clipped_share: float

    def flaws(self) -> list[str]:
        """A clause for each reason why it cannot become a ready voice; empty if there is none."""
        if not SHORTEST_REFERENCE_S <= self.duration_s <= LONGEST_REFERENCE_S:
            return [length_flaw(self.duration_s)]
        if self.peak_dbfs < SILENT_DBFS:
            return ["is silent"]
        if self.speech_s == 0.0:
            return ["holds no speech"]
        return list(self._flaws_of_speech())

    def _flaws_of_speech(self) -> list[str]:
        share = self.speech_s / self.duration_s
        found = []
        if self.speech_s < LEAST_SPEECH_S:
            found.append(f"holds {self.speech_s:.2f} s of speech; {LEAST_SPEECH_S:g} s are needed")
        elif share < LEAST_SPEECH_SHARE:
            found.append(
                f"is silent or no speech for {1 - share:.0%} of its length; "
                f"at most {1 - LEAST_SPEECH_SHARE:.0%} may be, so cut it closer"
            )
        if self.level_dbfs < QUIETEST_DBFS:
            found.append(
                f"is too quiet: its speech has {self.level_dbfs:.0f} dBFS, "
                f"{QUIETEST_DBFS:.0f} are needed"
            )
        if self.clipped_share > MOST_CLIPPED:
            found.append(
                f"is clipped: {self.clipped_share:.2%} of its samples, at most "
                f"{MOST_CLIPPED:.2%} may be; record it at a lower level"
            )
        return found


def length_flaw(duration_s: float) -> str:
    """What is wrong with a recording that is too short or too long."""
    allowed = f"{SHORTEST_REFERENCE_S:g} to {LONGEST_REFERENCE_S:g} s"
    return f"is {duration_s:,.2f} s long; {allowed} are allowed"


def measure(clip: Clip) -> Measured:
    """The clip's figures; its speech is found by the Silero VAD that faster-whisper carries."""
    samples = np.nan_to_num(clip.samples, nan=0.0, posinf=1.0, neginf=-1.0)
    is_speech = _speech(samples, clip.rate_hz) if len(samples) else np.zeros(0, bool)
    spoken = samples[is_speech]
    return Measured(
        duration_s=clip.duration_s,
        speech_s=len(spoken) / clip.rate_hz,
        level_dbfs=_dbfs(float(np.sqrt(np.mean(np.square(spoken)))) if len(spoken) else 0.0),
        peak_dbfs=_dbfs(float(np.abs(samples).max(initial=0.0))),
        clipped_share=clipped_share(samples),
    )


def checked(clip: Clip, name: str) -> Measured:
    """The figures of a clip that can become a ready voice; ``name`` is what an error calls it.

    Raises:
        ReferenceUnusable: The clip cannot become a ready voice; the error names every reason.
    """
    measured = measure(clip)
    flaws = measured.flaws()
    if flaws:
        raise ReferenceUnusable(name, "; and it ".join(flaws))
    return measured


def as_voice(clip: Clip) -> Clip:
    """The clip at the sample rate of ready voices."""
    import soxr

    resampled = soxr.resample(clip.samples, clip.rate_hz, VOICE_RATE_HZ)
    return Clip(resampled.astype(np.float32), VOICE_RATE_HZ)


def _speech(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.bool_]:
    """Whether each sample is speech, (n_samples,)."""
    import soxr

    forbid_telemetry(os.environ)  # the detector runs in onnxruntime
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=PAUSE_MS, speech_pad_ms=0)
    resampled = soxr.resample(samples, rate_hz, VAD_RATE_HZ).astype(np.float32)
    is_speech = np.zeros(len(samples), bool)
    for piece in get_speech_timestamps(resampled, options, sampling_rate=VAD_RATE_HZ):
        start, end = (round(piece[edge] * rate_hz / VAD_RATE_HZ) for edge in ("start", "end"))
        is_speech[start:end] = True
    return is_speech


def _dbfs(amplitude: float) -> float:
    return 20 * float(np.log10(amplitude)) if amplitude > 0 else -np.inf
