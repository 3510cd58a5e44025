"""What a person, or a log, sees while something takes its time."""

from __future__ import annotations

import time

import pytest
from wordlight_client.commands import _console


def test_a_log_hears_every_few_seconds_that_a_stage_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_console, "SAY_EVERY_S", 0.02)

    with _console.stages() as stage:
        stage.begin("Speaking")
        time.sleep(0.2)

    lines = capsys.readouterr().err.splitlines()
    assert lines.count("  Speaking: 0 s") >= 3
    assert lines[-1].startswith("✓ Speaking")


def test_a_log_hears_how_far_a_stage_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_console, "SAY_EVERY_S", 0.02)

    with _console.stages() as stage:
        stage.begin("Speaking")
        stage.detail("chunk 3 of 17, 21 s of about 130 s, 0:42 left")
        time.sleep(0.1)

    said = capsys.readouterr().err.splitlines()
    assert "  Speaking: 0 s, chunk 3 of 17, 21 s of about 130 s, 0:42 left" in said


def test_a_stage_that_broke_off_gets_no_tick(capsys: pytest.CaptureFixture[str]) -> None:
    def break_off() -> None:
        with _console.stages() as stage:
            stage.begin("Speaking")
            raise ValueError("broke")

    with pytest.raises(ValueError, match="broke"):
        break_off()

    assert "✓" not in capsys.readouterr().err


def test_a_log_hears_how_far_a_bar_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_console, "SAY_EVERY_S", 0.02)

    with _console.bar("Burning [a] in") as tell:
        for share in (0.0, 0.25, 0.5, 1.0):
            time.sleep(0.03)
            tell(share)

    lines = capsys.readouterr().err.splitlines()
    assert lines[:4] == [f"  Burning [a] in: {share}%" for share in (0, 25, 50, 100)]
    assert lines[-1].startswith("✓ Burning [a] in")
