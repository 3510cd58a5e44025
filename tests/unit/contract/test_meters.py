"""The docs say what is counted, in the words of the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from wordlight.contract import (
    ALIGNMENT_METERS,
    MODEL_METERS,
    SPEECH_METERS,
    STREAM_METERS,
    Meter,
)

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "scheduling.md").read_text(encoding="utf-8")
MONITORING = (DOCS / "monitoring.md").read_text(encoding="utf-8")
OTHERS = (*MODEL_METERS, *STREAM_METERS, *ALIGNMENT_METERS)


@pytest.mark.parametrize("meter", SPEECH_METERS, ids=lambda meter: meter.name)
def test_every_meter_is_in_the_docs(meter: Meter) -> None:
    assert f"| `{meter.name}` | {meter.kind} | {meter.meaning} |" in PAGE


@pytest.mark.parametrize("meter", OTHERS, ids=lambda meter: meter.name)
def test_every_meter_of_other_models_is_in_the_docs(meter: Meter) -> None:
    assert f"| `{meter.name}` | {meter.kind} | {meter.meaning} |" in MONITORING


def test_no_two_meters_have_the_same_name() -> None:
    names = [meter.name for meter in (*SPEECH_METERS, *OTHERS)]

    assert len(names) == len(set(names))
