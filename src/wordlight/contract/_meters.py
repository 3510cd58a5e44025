"""The metrics that the models add to Triton's metrics endpoint.

Triton's own compute times and batch sizes show nothing for a model whose ``execute`` returns before
the answer is made. The metrics here take their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MeterKind(StrEnum):
    """A counter only grows; a gauge shows the present value."""

    COUNTER = "counter"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Meter:
    """One metric family, as Prometheus names it."""

    name: str
    kind: MeterKind
    meaning: str


def _counted(name: str, meaning: str) -> Meter:
    return Meter(f"wordlight_{name}_total", MeterKind.COUNTER, meaning)


def _now(name: str, meaning: str) -> Meter:
    return Meter(f"wordlight_{name}", MeterKind.GAUGE, meaning)


class SpeechMeters:
    """The metrics of ``f5_tts``, with a label for each instance of the model."""

    STEPS = _counted("speech_steps", "evaluations of the network")
    ROWS = _counted("speech_step_rows", "rows of all steps; by the steps, those of one")
    FRAMES = _counted("speech_step_frames", "frames of all steps; by the steps, those of one")
    LAYOUT_S = _counted("speech_layout_seconds", "time spent on laying out chunks")
    SAMPLER_S = _counted("speech_sampler_seconds", "time spent in the sampler")
    VOCODER_S = _counted("speech_vocoder_seconds", "time spent in the vocoder")
    AUDIO_S = _counted("speech_audio_seconds", "speech made")
    REQUESTS = _counted("speech_requests", "requests answered with speech")
    FAILED = _counted("speech_failed_requests", "requests that were taken on and ended in an error")
    DROPPED = _counted("speech_dropped_requests", "requests whose caller was gone or out of time")
    RETRIES = _counted("speech_retries", "chunks spoken again because they could not be heard")
    SHRUNK = _counted("speech_out_of_memory", "steps that ran out of memory")
    TIME_HITS = _counted("speech_modulation_hits", "modulations found in the cache")
    TIME_MISSES = _counted("speech_modulation_misses", "modulations computed")
    VOICE_HITS = _counted("speech_reference_hits", "references found in the cache")
    VOICE_MISSES = _counted("speech_reference_misses", "references computed")
    IN_WORK = _now("speech_requests_in_work", "requests that are not answered")
    QUEUED_S = _now(
        "speech_queued_seconds", "work taken on, as estimated; no request counts more than 4"
    )
    MOST_FRAMES = _now("speech_step_frames_limit", "frames that a step may evaluate")
    REAL_TIME_FACTOR = _now(
        "speech_real_time_factor", "time in the engine by speech made, over the last requests"
    )


SPEECH_METERS: tuple[Meter, ...] = tuple(
    value for value in vars(SpeechMeters).values() if isinstance(value, Meter)
)
