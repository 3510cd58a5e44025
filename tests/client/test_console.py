"""What a person, or a log, sees while something takes its time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from wordlight_client.commands import _console

from wordlight import console

WITHIN_S = 60.0


def said_until(capsys: pytest.CaptureFixture[str], is_so: Callable[[str], object]) -> str:
    """What is said on standard error, as soon as that holds for it."""
    said, end_s = capsys.readouterr().err, time.monotonic() + WITHIN_S
    while not is_so(said):
        assert time.monotonic() < end_s, said
        time.sleep(0.005)
        said += capsys.readouterr().err
    return said


def test_a_log_hears_every_few_seconds_that_a_stage_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "SAY_EVERY_S", 0.02)

    with _console.stages() as stage:
        stage.begin("Speaking")
        said = said_until(capsys, lambda said: said.count("\n") >= 3)

    assert len(re.findall(r"^  Speaking: \d+ s$", said, re.MULTILINE)) >= 3
    assert capsys.readouterr().err.splitlines()[-1].startswith("✓ Speaking")


def test_a_log_hears_how_far_a_stage_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "SAY_EVERY_S", 0.02)

    with _console.stages() as stage:
        stage.begin("Speaking")
        stage.detail("chunk 3 of 17, 21 s of about 130 s, 0:42 left")
        said = said_until(capsys, lambda said: "chunk" in said and said.endswith("\n"))

    detail = "chunk 3 of 17, 21 s of about 130 s, 0:42 left"
    assert re.search(rf"^  Speaking: \d+ s, {detail}$", said, re.MULTILINE)


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
    monkeypatch.setattr(console, "SAY_EVERY_S", 0.0)

    with _console.bar("Burning [a] in") as tell:
        for share in (0.0, 0.25, 0.5, 1.0):
            tell(share)

    lines = capsys.readouterr().err.splitlines()
    assert lines[:4] == [f"  Burning [a] in: {share}%" for share in (0, 25, 50, 100)]
    assert lines[-1].startswith("✓ Burning [a] in")
