"""A problem has one form wherever it is printed, and a log gets a line now and then."""

from __future__ import annotations

import io
import time

import pytest
from rich.console import Console

from wordlight import console
from wordlight.errors import EmptyText, PortTaken


def test_a_problem_is_a_line_of_code_and_sentence_and_one_of_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    problem = PortTaken(8000, "HTTP", "[red]nginx[/red]" + "x" * 200)

    console.print_problem(problem)
    console.print_problem(problem, where="a.txt")

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        f"PORT_TAKEN {problem}", f"→ {problem.remedy}",
        f"PORT_TAKEN a.txt: {problem}", f"→ {problem.remedy}",
    ]  # fmt: skip


@pytest.mark.parametrize(("no_colour", "is_coloured"), [("", True), ("1", False)])
def test_only_the_code_and_the_remedy_have_colours_where_they_are_wanted(
    monkeypatch: pytest.MonkeyPatch, no_colour: str, is_coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_colour:
        monkeypatch.setenv("NO_COLOR", no_colour)
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = Console(file=io.StringIO(), force_terminal=True)

    console.print_problem(EmptyText("TEXT"), console=terminal)

    shown = terminal.file.getvalue()  # type: ignore[attr-defined]
    assert ("\x1b[1;31mEMPTY_TEXT\x1b[0m TEXT holds" in shown) is is_coloured
    assert ("\x1b[36m→ send a text" in shown) is is_coloured


def test_a_ticker_is_due_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "SAY_EVERY_S", 0.05)
    ticker = console.Ticker()

    before = ticker.is_due()
    time.sleep(0.06)

    assert [before, ticker.is_due(), ticker.is_due()] == [False, True, False]
