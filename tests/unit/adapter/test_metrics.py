"""Meters reach Triton's metrics endpoint, several in one message."""

from __future__ import annotations

import pytest

from adapter.endpoint import Endpoint
from wordlight.adapter import INSTANCE, TritonMeters
from wordlight.adapter._metrics import MOST_OBSERVED
from wordlight.contract import (
    MODEL_METERS,
    SPEECH_METERS,
    MeterKind,
    ModelMeters,
    SpeechMeters,
)  # fmt: skip

LABELS = {INSTANCE: "f5_tts_0"}


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_counts_add_up_and_gauges_say_the_latest() -> None:
    triton, clock = Endpoint(), Clock()
    meters = TritonMeters(SPEECH_METERS, LABELS, triton.module, clock)

    for step in range(10):
        meters.add(SpeechMeters.STEPS)
        meters.show(SpeechMeters.IN_WORK, step)
        meters.flush()
    clock.now_s = 1.0
    meters.flush()

    steps, in_work = (triton.metrics[m.name] for m in (SpeechMeters.STEPS, SpeechMeters.IN_WORK))
    assert (steps.value, steps.n_messages) == (10, 1)
    assert (in_work.value, in_work.n_messages) == (9, 1)
    assert steps.labels == {INSTANCE: "f5_tts_0"}


def test_every_meter_is_there_from_the_start_under_its_own_name() -> None:
    triton = Endpoint()
    TritonMeters(SPEECH_METERS, LABELS, triton.module)

    assert set(triton.metrics) == {meter.name for meter in SPEECH_METERS}
    assert len(triton.metrics) == len(SPEECH_METERS)
    for meter in SPEECH_METERS:
        assert triton.kinds[meter.name] == meter.kind
        assert meter.name.endswith("_total") == (meter.kind is MeterKind.COUNTER)


def test_without_metrics_the_model_serves_all_the_same() -> None:
    clock = Clock()
    meters = TritonMeters(SPEECH_METERS, LABELS, Endpoint(is_counting=False).module, clock)

    meters.add(SpeechMeters.STEPS)
    meters.show(SpeechMeters.IN_WORK, 1)
    clock.now_s = 1.0
    meters.flush()


def test_a_triton_that_does_not_listen_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    triton, clock = Endpoint(), Clock()
    meters = TritonMeters(SPEECH_METERS, LABELS, triton.module, clock)

    def fail(amount: float) -> None:
        raise RuntimeError(f"the pipe is broken, {amount} is lost")

    triton.metrics[SpeechMeters.STEPS.name].increment = fail  # type: ignore[method-assign]
    meters.add(SpeechMeters.STEPS)
    clock.now_s = 1.0
    meters.flush()

    assert "the pipe is broken" in caplog.text


def test_values_of_a_histogram_are_sent_one_by_one_and_never_too_many_at_once() -> None:
    triton, clock = Endpoint(), Clock()
    meters = TritonMeters(MODEL_METERS, LABELS, triton.module, clock)
    name = ModelMeters.SECONDS.name

    for number in range(MOST_OBSERVED + 2):
        meters.observe(ModelMeters.SECONDS, float(number))
    clock.now_s = 1.0
    meters.flush()

    assert triton.metrics[name].observed == [float(n) for n in range(MOST_OBSERVED)]
    assert meters.has_news

    clock.now_s = 2.0
    meters.flush()

    assert triton.metrics[name].observed[-2:] == [MOST_OBSERVED, MOST_OBSERVED + 1]
    assert not meters.has_news


def test_a_counter_with_labels_is_there_once_somebody_names_them() -> None:
    triton, clock = Endpoint(), Clock()
    meters = TritonMeters(MODEL_METERS, LABELS, triton.module, clock)
    assert ModelMeters.REQUESTS.name not in triton.metrics

    meters.add(ModelMeters.REQUESTS, 0, status="ok")
    meters.add(ModelMeters.REQUESTS, status="internal")
    clock.now_s = 1.0
    meters.flush()

    assert [(one.labels, one.value) for _, one in triton.all if "status" in one.labels] == [
        ({**LABELS, "status": "ok"}, 0), ({**LABELS, "status": "internal"}, 1),
    ]  # fmt: skip
