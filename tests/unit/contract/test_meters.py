"""The docs say what is counted, in the words of the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from wordlight.contract import SPEECH_METERS, Meter

PAGE = (Path(__file__).parents[3] / "docs/scheduling.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("meter", SPEECH_METERS, ids=lambda meter: meter.name)
def test_every_meter_is_in_the_docs(meter: Meter) -> None:
    assert f"| `{meter.name}` | {meter.kind} | {meter.meaning} |" in PAGE
