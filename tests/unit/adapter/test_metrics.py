"""Meters reach Triton's metrics endpoint, several in one message."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import fake_pb_utils
import pytest

from wordlight.adapter import TritonMeters
from wordlight.contract import SPEECH_METERS, MeterKind, SpeechMeters


class Endpoint:
    """Triton's module, and every metric that was made through it."""

    def __init__(self, *, is_counting: bool = True) -> None:
        self.metrics: dict[str, fake_pb_utils.Metric] = {}
        self.kinds: dict[str, str] = {}
        endpoint = self

        class MetricFamily(fake_pb_utils.MetricFamily):
            def __init__(self, name: str, description: str, kind: str) -> None:
                if not is_counting:
                    raise fake_pb_utils.TritonModelException("metrics are off")
                super().__init__(name, description, kind)
                endpoint.kinds[name] = kind

            def Metric(self, labels: Mapping[str, str]) -> fake_pb_utils.Metric:  # noqa: N802
                made = super().Metric(labels)
                endpoint.metrics[self.name] = made
                return made

        self.module: Any = SimpleNamespace(
            MetricFamily=MetricFamily, TritonModelException=fake_pb_utils.TritonModelException
        )


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_counts_add_up_and_gauges_say_the_latest() -> None:
    triton, clock = Endpoint(), Clock()
    meters = TritonMeters(SPEECH_METERS, "f5_tts_0", triton.module, clock)

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
    triton = Endpoint()
    TritonMeters(SPEECH_METERS, "f5_tts_0", triton.module)

    assert set(triton.metrics) == {meter.name for meter in SPEECH_METERS}
    assert len(triton.metrics) == len(SPEECH_METERS)
    for meter in SPEECH_METERS:
        assert triton.kinds[meter.name] == meter.kind
        assert meter.name.endswith("_total") == (meter.kind is MeterKind.COUNTER)


def test_without_metrics_the_model_serves_all_the_same() -> None:
    clock = Clock()
    meters = TritonMeters(SPEECH_METERS, "f5_tts_0", Endpoint(is_counting=False).module, clock)

    meters.add(SpeechMeters.STEPS)
    meters.show(SpeechMeters.IN_WORK, 1)
    clock.now_s = 1.0
    meters.flush()


def test_a_triton_that_does_not_listen_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    triton, clock = Endpoint(), Clock()
    meters = TritonMeters(SPEECH_METERS, "f5_tts_0", triton.module, clock)

    def fail(amount: float) -> None:
        raise RuntimeError(f"the pipe is broken, {amount} is lost")

    triton.metrics[SpeechMeters.STEPS.name].increment = fail  # type: ignore[method-assign]
    meters.add(SpeechMeters.STEPS)
    clock.now_s = 1.0
    meters.flush()

    assert "the pipe is broken" in caplog.text
