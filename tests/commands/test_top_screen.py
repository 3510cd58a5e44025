"""The picture of `wordlight top` fits the terminal, whatever happens."""

from __future__ import annotations

import io
import re
import time

import pytest
from rich.console import Console

from wordlight.commands._figures import Figures, ModelFigures, Span
from wordlight.commands._look import Look
from wordlight.commands._top_screen import COLUMNS, picture
from wordlight.condition import Condition, Phase
from wordlight.contract import MODELS
from wordlight.errors import ServerUnreachable

SERVING = Condition(Phase.SERVING, since=1_700_000_000.0, has_served=True)
URL = "http://localhost:8000"


def many_models(n: int) -> dict[str, ModelFigures]:
    quiet = ModelFigures(0.0, in_flight=0, memory_bytes=1e6)
    busy = ModelFigures(1234.5, Span(0.0123, 123.4), 12.3, 123, 4567, 89, 123.4e9)
    return {f"model_{k:02}": busy if k % 5 == 0 else quiet for k in range(n)}


def lines_of(look: Look, found: Figures | None, width: int, height: int) -> list[str]:
    console = Console(width=width, height=height, record=True, file=io.StringIO())
    console.print(picture(URL, look, found, 0.0, (width, height), "; Ctrl-C ends"))
    return console.export_text().splitlines()


SIZES = [(80, 24), (120, 40), (80, 60), (60, 24), (60, 12), (40, 30)]


def busy_server() -> Figures:
    return Figures(
        60.0, True, 12345.6, 999, 12345.6, Span(12.3, 123.4),
        {f"CODE_{k}": 1000 for k in range(50)},
        {f"model_{k}": {"not_started": 8} for k in range(9)},
        300.0, 1e7, 12.34, 99.9, 99.9, 0.99, many_models(30),
    )  # fmt: skip


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("phase", Phase)
def test_the_picture_fits_the_terminal_whatever_happens(
    width: int, height: int, phase: Phase
) -> None:
    sentence = "the process of f5_tts ended while it served: " + "it was killed, " * 40
    condition = Condition(phase, "loading f5_tts " * 30, "SERVER_FAILED", sentence, "wait " * 90)

    lines = lines_of(Look(0.0, condition), busy_server(), width, height)

    assert len(lines) <= height
    assert max(map(len, lines)) <= width
    assert f"● {phase}" in lines[0]
    assert any("SERVER_FAILED" in line for line in lines)
    assert lines[-1].startswith("rates, times, counts of the last 1 min 0")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_of_many_models_the_busy_ones_are_shown(width: int, height: int) -> None:
    lines = lines_of(Look(0.0, SERVING), busy_server(), width, height)

    assert any("model_00" in line and "1234.5" in line for line in lines)
    assert any("requests 12345.6/s" in line for line in lines)
    assert any("CODE_0 1000" in line for line in lines)
    assert any("model_0 not started 8" in line for line in lines)
    assert len(lines) == height or not any("more" in line for line in lines)


def test_a_wide_terminal_has_every_column_and_a_narrow_one_the_most_important() -> None:
    wide, narrow = (lines_of(Look(0.0, SERVING), busy_server(), width, 24) for width in (100, 60))

    assert header(wide) == list(COLUMNS)
    assert header(narrow) == ["model", "per s", "p50", "p95", "work", "refused", "failed"]


def header(lines: list[str]) -> list[str]:
    (found,) = (line for line in lines if line.startswith("model "))
    return [name.strip() for name in re.split(r"  +", found)]


def test_a_sick_server_says_since_when_and_why() -> None:
    began = time.time() - 83
    condition = Condition(
        Phase.SICK, code="SERVER_FAILED", sentence="f5_tts was killed", remedy="wait", since=began
    )

    lines = lines_of(Look(0.0, condition), None, 80, 24)

    assert "● sick for 1 min 23 s" in lines[0]
    assert lines[1] == f"sick since {time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(began))}"
    assert lines[2:] == ["SERVER_FAILED f5_tts was killed", "→ wait"]


def test_a_server_that_does_not_answer_says_for_how_long() -> None:
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(picture(URL, Look(0.0, problem=ServerUnreachable("it")), None, 61.0, (80, 24)))

    first, *rest = console.export_text().splitlines()
    assert "● no answer for 1 min 1 s" in first
    assert rest[0] == "SERVER_UNREACHABLE nothing answers at it"


def test_eighty_columns_have_room_for_every_figure_of_our_models() -> None:
    figures = ModelFigures(1234.5, Span(0.999, 59.0), 0.123, 123, 45678, 12345, 1.6034e9)
    found = Figures(60.0, models={one.name: figures for one in MODELS})

    lines = lines_of(Look(0.0, SERVING), found, 80, 24)

    assert header(lines) == list(COLUMNS)
    assert all(any(line.startswith(f"{one.name} ") for line in lines) for one in MODELS)


def test_figures_that_change_do_not_move_the_columns() -> None:
    quiet, busy = (
        Figures(60.0, models={"f5_tts": one})
        for one in (ModelFigures(0.0), ModelFigures(123.4, Span(0.999, 59.0), 0.5, 9, 9, 9, 1e8))
    )

    (before,), (after,) = (
        [line for line in lines_of(Look(0.0, SERVING), found, 80, 24) if line.startswith("model ")]
        for found in (quiet, busy)
    )
    assert before == after
