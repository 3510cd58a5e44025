"""The figures of `wordlight top`: what the metrics of two looks say about the time between."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from wordlight.commands._look import OF_THE_FRONT, Look, Samples

WINDOW_S = 60.0
ANSWERED = "nv_inference_request_success_total"
FIRST_AUDIO = ("wordlight_stream_first_part_seconds", f"{OF_THE_FRONT}first_part_seconds")
REFUSALS = ("wordlight_model_refusals_total", f"{OF_THE_FRONT}refusals_total")
"""At the models, and at the front door."""
INTERNAL = "internal"
BUSY, FAILED, LEFT = ("429", "503"), "5", "499"
"""Statuses of HTTP: the server is full or does not serve; it failed; the caller left."""


@dataclass(frozen=True, slots=True)
class Span:
    """Median and 95th percentile of some times, in seconds; None if there were none."""

    p50_s: float | None = None
    p95_s: float | None = None


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """One model, or one ensemble. What is not known is None.

    ``queue_s`` is the mean of a request. ``in_flight`` counts steps of ensembles too.
    """

    requests_per_s: float
    latency: Span = Span()
    queue_s: float | None = None
    in_flight: int | None = None
    refused: int = 0
    failed: int = 0
    memory_bytes: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is shown of a server. What only a front door knows is None or empty without one.

    Args:
        span_s: The seconds that rates, percentiles and counts are of.
        has_front: Whether a front door counts.
        requests_per_s: Requests that it answered, a second.
        in_flight: Requests in work.
        waiting_s: Their estimated seconds of work.
        first_audio: From a stream's request to its first part.
        refusals: Requests that were refused, by code; the most frequent first.
        restarts: Those since the supervisor started, by process and by how it broke.
        load_s: How long the last start took.
        supervised_s: Since when the supervisor counts.
        real_time_factor: Seconds of work for a second of speech.
        spoken_per_s: Seconds of audio spoken, a second.
        aligned_per_s: Seconds of recordings aligned, a second.
        memory_used: Share of the machine's memory.
        models: By name.
    """

    span_s: float
    has_front: bool = True
    requests_per_s: float | None = None
    in_flight: int | None = None
    waiting_s: float | None = None
    first_audio: Span = Span()
    refusals: dict[str, int] = field(default_factory=dict)
    restarts: dict[str, dict[str, int]] = field(default_factory=dict)
    load_s: float | None = None
    supervised_s: float | None = None
    real_time_factor: float | None = None
    spoken_per_s: float = 0.0
    aligned_per_s: float = 0.0
    memory_used: float | None = None
    models: dict[str, ModelFigures] = field(default_factory=dict)


class Rise:
    """By how much counters rose between two looks. A counter that began anew counts from 0."""

    def __init__(self, before: Samples, now: Samples) -> None:
        self._before, self._now = before, now

    def of(self, name: str, by: str = "", **labels: str) -> dict[str, float]:
        """The rise of all counters of that name with these labels, by the value of one label."""
        found: defaultdict[str, float] = defaultdict(float)
        for label, value in self._now.of(name, **labels):
            before = self._before.values.get(name, {}).get(frozenset(label.items()), 0.0)
            found[label.get(by, "")] += value - before if value >= before else value
        return dict(found)

    def total(self, name: str, **labels: str) -> float:
        """The rise of all of them together."""
        return sum(self.of(name, **labels).values())

    def span(self, name: str, **labels: str) -> Span:
        """The percentiles of a histogram."""
        buckets = sorted(
            (float(edge), n) for edge, n in self.of(f"{name}_bucket", "le", **labels).items()
        )
        return Span(_quantile(0.5, buckets), _quantile(0.95, buckets))


def figures(looks: Sequence[Look]) -> Figures:
    """The figures of the last look, against the first one.

    With a single look they are those since the processes of the server started, without rates.
    """
    first, last = looks[0], looks[-1]
    span_s = last.at_s - first.at_s
    now = last.samples
    rise = Rise(first.samples if span_s else Samples(), now)

    def rate(amount: float) -> float:
        return amount / span_s if span_s else 0.0

    has_front = now.has(OF_THE_FRONT)
    in_flight = _one(now, f"{OF_THE_FRONT}in_flight")
    started = _one(now, "wordlight_supervisor_start_time_seconds")
    used, there = (_one(now, f"nv_cpu_memory_{what}_bytes") for what in ("used", "total"))
    factors = [value for _, value in now.of("wordlight_speech_real_time_factor")]
    return Figures(
        span_s=span_s,
        has_front=has_front,
        requests_per_s=rate(rise.total(f"{OF_THE_FRONT}requests_total")) if has_front else None,
        in_flight=None if in_flight is None else round(in_flight),
        waiting_s=_one(now, f"{OF_THE_FRONT}waiting_seconds"),
        first_audio=rise.span(FIRST_AUDIO[has_front]),
        refusals=_refusals(rise, has_front=has_front),
        restarts=_restarts(now),
        load_s=_one(now, "wordlight_load_seconds") or None,
        supervised_s=max(time.time() - started, 0.0) if started else None,
        real_time_factor=sum(factors) / len(factors) if factors else None,
        spoken_per_s=rate(rise.total("wordlight_speech_audio_seconds_total")),
        aligned_per_s=rate(rise.total("wordlight_alignment_audio_seconds_total")),
        memory_used=used / there if used and there else None,
        models=_models(now, rise, span_s),
    )


def _models(now: Samples, rise: Rise, span_s: float) -> dict[str, ModelFigures]:
    """The models, and the ensembles that the front door or Triton knows, in their names' order."""
    own, front, bare = (
        {label.get("model", "") for label, _ in now.of(name)} - {""}
        for name in ("wordlight_model_requests_total", f"{OF_THE_FRONT}requests_total", ANSWERED)
    )
    found = {name: _bare(name, rise, span_s) for name in bare - own - front}
    found |= {name: _ensemble(name, rise, span_s) for name in front - own}
    found |= {name: _model(name, now, rise, span_s) for name in own}
    return dict(sorted(found.items()))


def _model(name: str, now: Samples, rise: Rise, span_s: float) -> ModelFigures:
    """A model, over HTTP and gRPC and as a step of ensembles."""
    by_status = rise.of("wordlight_model_requests_total", "status", model=name)
    n = sum(by_status.values())
    failed = by_status.get(INTERNAL, 0.0)
    refused = n - by_status.get("ok", 0.0) - by_status.get("cancelled", 0.0) - failed
    memory = [value for _, value in now.of("wordlight_model_resident_memory_bytes", model=name)]
    return ModelFigures(
        requests_per_s=n / span_s if span_s else 0.0,
        latency=rise.span("wordlight_model_request_seconds", model=name),
        queue_s=_queue_s(name, rise, n),
        in_flight=int(sum(value for _, value in now.of("wordlight_model_in_flight", model=name))),
        refused=round(max(refused, _refused_in_front(name, rise))),
        failed=round(failed),
        memory_bytes=sum(memory) if memory else None,
    )


def _ensemble(name: str, rise: Rise, span_s: float) -> ModelFigures:
    """An ensemble has no process: the front door alone times its requests."""
    by_status = rise.of(f"{OF_THE_FRONT}requests_total", "status", model=name)
    n = sum(by_status.values())
    failed = sum(
        value
        for status, value in by_status.items()
        if status.startswith(FAILED) and status not in BUSY
    )
    return ModelFigures(
        requests_per_s=n / span_s if span_s else 0.0,
        latency=rise.span(f"{OF_THE_FRONT}request_seconds", model=name),
        refused=round(_refused_in_front(name, rise)),
        failed=round(failed),
    )


def _bare(name: str, rise: Rise, span_s: float) -> ModelFigures:
    """What Triton itself counts. It does not tell an error from a refusal."""
    failed = rise.total("nv_inference_request_failure_total", model=name)
    n = failed + rise.total(ANSWERED, model=name)
    return ModelFigures(requests_per_s=n / span_s if span_s else 0.0, failed=round(failed))


def _refused_in_front(model: str, rise: Rise) -> float:
    """Requests that the front door answered with a refusal, whether its own or the model's."""
    by_status = rise.of(f"{OF_THE_FRONT}requests_total", "status", model=model)
    return sum(
        value
        for status, value in by_status.items()
        if status in BUSY or (status.startswith("4") and status != LEFT)
    )


def _queue_s(model: str, rise: Rise, n: float) -> float | None:
    """How long a request waited on average, in Triton's queue and in the model's own."""
    if not n:
        return None
    waited_s = rise.total("nv_inference_queue_duration_us_total", model=model) / 1e6
    own = {"f5_tts": "speech", "whisperx": "alignment"}.get(model)
    if own:
        waited_s += rise.total(f"wordlight_{own}_queue_seconds_total")
    return waited_s / n


def _refusals(rise: Rise, *, has_front: bool) -> dict[str, int]:
    """Refusals at the front door, or else at the models, by code; the most frequent first."""
    found = Counter(rise.of(REFUSALS[has_front], "code"))
    return {code: round(n) for code, n in found.most_common() if round(n)}


def _restarts(now: Samples) -> dict[str, dict[str, int]]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for label, value in now.of("wordlight_restarts_total"):
        if value:
            found[label.get("process", "")][label.get("how", "")] = int(value)
    return dict(found)


def _one(samples: Samples, name: str) -> float | None:
    found = [value for _, value in samples.of(name)]
    return found[0] if found else None


def _quantile(share: float, buckets: Sequence[tuple[float, float]]) -> float | None:
    """A quantile of cumulated buckets, as Prometheus' ``histogram_quantile`` has it."""
    if not buckets or not buckets[-1][1]:
        return None
    wanted, below_s, n_below = share * buckets[-1][1], 0.0, 0.0
    for edge_s, n in buckets:
        if n >= wanted:
            if math.isinf(edge_s):
                return below_s
            return below_s + (edge_s - below_s) * (wanted - n_below) / (n - n_below)
        below_s, n_below = edge_s, n
    return None
