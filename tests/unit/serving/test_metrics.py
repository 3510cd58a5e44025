"""Our meters reach Triton's metrics endpoint, a message now and then."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wordlight.contract import SPEECH_METERS, MeterKind, SpeechMeters
from wordlight.serving import TritonMeters


@dataclass
class Metric:
    labels: dict[str, str]
    value: float = 0.0
    n_messages: int = 0

    def increment(self, amount: float) -> None:
        self.value += amount
        self.n_messages += 1

    def set(self, value: float) -> None:
        self.value = value
        self.n_messages += 1


@dataclass
class PbUtils:
    """As much of Triton's module as the meters touch."""

    is_counting: bool = True
    metrics: dict[str, Metric] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    class TritonModelException(Exception):
        pass

    def __post_init__(self) -> None:
        outer = self

        class MetricFamily:
            COUNTER, GAUGE = "counter", "gauge"

            def __init__(self, name: str, description: str, kind: str) -> None:
                if not outer.is_counting:
                    raise outer.TritonModelException("metrics are off")
                assert description
                self.name = name
                outer.kinds[name] = kind

            def Metric(self, labels: dict[str, str]) -> Metric:  # noqa: N802 - Triton's name
                return outer.metrics.setdefault(self.name, Metric(labels))

        self.MetricFamily: Any = MetricFamily


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_counts_add_up_and_gauges_say_the_latest() -> None:
    triton, clock = PbUtils(), Clock()
    meters = TritonMeters(SPEECH_METERS, "f5_tts_0", triton, clock)

    for step in range(10):
        meters.add(SpeechMeters.STEPS)
        meters.show(SpeechMeters.IN_WORK, step)
        meters.flush()
    clock.now_s = 1.0
    meters.flush()

    steps, in_work = (triton.metrics[m.name] for m in (SpeechMeters.STEPS, SpeechMeters.IN_WORK))
    assert (steps.value, steps.n_messages) == (10, 1)
    assert (in_work.value, in_work.n_messages) == (9, 1)
    assert steps.labels == {"instance": "f5_tts_0"}


def test_every_meter_is_there_from_the_start_under_its_own_name() -> None:
    triton = PbUtils()
    TritonMeters(SPEECH_METERS, "f5_tts_0", triton)

    assert set(triton.metrics) == {meter.name for meter in SPEECH_METERS}
    assert len(triton.metrics) == len(SPEECH_METERS)
    for meter in SPEECH_METERS:
        assert triton.kinds[meter.name] == meter.kind
        assert meter.name.endswith("_total") == (meter.kind is MeterKind.COUNTER)


def test_without_metrics_the_model_serves_all_the_same() -> None:
    clock = Clock()
    meters = TritonMeters(SPEECH_METERS, "f5_tts_0", PbUtils(is_counting=False), clock)

    meters.add(SpeechMeters.STEPS)
    meters.show(SpeechMeters.IN_WORK, 1)
    clock.now_s = 1.0
    meters.flush()
