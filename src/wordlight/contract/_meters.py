"""The metrics that the models add to Triton's metrics endpoint.

Triton's own compute times and batch sizes show nothing for a model whose ``execute`` returns before
the answer is made. The metrics here take their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SECONDS = (0.005, 0.02, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""The upper bounds of the buckets of all histograms of times."""


class MeterKind(StrEnum):
    """A counter only grows; a gauge shows the present value; a histogram counts values by size."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Meter:
    """One metric family, as Prometheus names it.

    ``labels`` are those that each count adds to the labels of its process. Their values come from
    lists of ours, never from a caller.
    """

    name: str
    kind: MeterKind
    meaning: str
    labels: tuple[str, ...] = ()


def _counted(name: str, meaning: str, *labels: str) -> Meter:
    return Meter(f"wordlight_{name}_total", MeterKind.COUNTER, meaning, labels)


def _now(name: str, meaning: str) -> Meter:
    return Meter(f"wordlight_{name}", MeterKind.GAUGE, meaning)


def _timed(name: str, meaning: str) -> Meter:
    return Meter(f"wordlight_{name}_seconds", MeterKind.HISTOGRAM, meaning)


class SpeechMeters:
    """The metrics of ``f5_tts``, with a label for each instance of the model."""

    STEPS = _counted("speech_steps", "evaluations of the network")
    ROWS = _counted("speech_step_rows", "rows of all steps; by the steps, those of one")
    FRAMES = _counted("speech_step_frames", "frames of all steps; by the steps, those of one")
    QUEUE_S = _counted(
        "speech_queue_seconds", "time from reading a text until its first chunk begins"
    )
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


class AlignmentMeters:
    """The metrics of ``whisperx``, with labels for the model and its instance."""

    AUDIO_S = _counted("alignment_audio_seconds", "length of the recordings that were answered")
    WORK_S = _counted("alignment_work_seconds", "time spent in the model")
    PIECES = _counted("alignment_pieces", "pieces of work that were done")
    QUEUE_S = _counted(
        "alignment_queue_seconds", "time from taking a recording until its first piece begins"
    )
    IN_WORK_S = _now("alignment_in_work_seconds", "length of the recordings that are not answered")


class ModelMeters:
    """The metrics of every model, with labels for the model and its instance."""

    REQUESTS = _counted("model_requests", "requests that were answered, by status", "status")
    REFUSALS = _counted("model_refusals", "requests that got an error, by its code", "code")
    IN_FLIGHT = _now("model_in_flight", "requests that are not answered")
    MEMORY = _now(
        "model_resident_memory_bytes", "memory of the model's process, when it last answered"
    )
    SECONDS = _timed("model_request", "time from taking a request until it is answered")


class StreamMeters:
    """The metrics of ``narrate_stream``, with labels for the model and its instance."""

    FIRST_PART_S = _timed(
        "stream_first_part", "time from taking a request until its first part, which has audio"
    )


def _all(meters: type) -> tuple[Meter, ...]:
    return tuple(value for value in vars(meters).values() if isinstance(value, Meter))


SPEECH_METERS = _all(SpeechMeters)
ALIGNMENT_METERS = _all(AlignmentMeters)
MODEL_METERS = _all(ModelMeters)
STREAM_METERS = _all(StreamMeters)
