"""The picture of `wordlight top`, which fits the terminal."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from wordlight.commands._figures import Figures, ModelFigures
from wordlight.commands._look import WHICH, Look
from wordlight.commands._top_words import NOTHING, both, duration, memory, number, rate, seconds
from wordlight.condition import Condition, Phase
from wordlight.console import REMEDY_COLOUR
from wordlight.errors import WrongProtocol

MOST_LINES = 3
"""Lines of a sentence."""
TALL = 20
"""Lines of a terminal that has room for empty ones."""
LEAST_ROWS = 4
"""Models that are shown rather than all figures."""
LEAST_ADDRESS = 9
GAP = 2
"""Spaces between columns."""
CELL = 26
"""Columns of a figure with its label."""
MOST_IN_A_ROW = 4
COLOURS = {Phase.SERVING: "bold green", Phase.STARTING: "bold yellow", Phase.SICK: "bold red"}
OTHER = "bold yellow"
COLUMNS = ("model", "per s", "p50", "p95", "queue", "work", "refused", "failed", "memory")
WIDTHS = {"per s": 6, "p50": 6, "p95": 6, "queue": 6, "memory": 8}
LESS_IMPORTANT = ("memory", "queue", "refused", "work", "p50", "failed", "p95")
"""What a narrow terminal leaves out, in this order."""
NO_FRONT = "no front door: phase, new starts, requests and in flight are not known"


def picture(
    url: str,
    look: Look,
    figures: Figures | None,
    lost_s: float,
    size: tuple[int, int],
    hint: str = "",
) -> RenderableType:
    """What is shown of one look.

    Args:
        url: The server's address.
        look: How the server is.
        figures: What its metrics say; None while they are not known.
        lost_s: For how long it has not answered; 0 if it answers.
        size: Columns and lines of the terminal.
        hint: What the last line ends with.
    """
    width, height = size
    lines: list[RenderableType] = [_head(url, look, lost_s, width), *_reason(look, width)]
    if figures is None:
        return Group(*lines[:height])
    if not figures.has_front:
        lines += _told("", NO_FRONT, WHICH, width, "yellow")
    gap = [Text()] if height >= TALL else []
    n_least = len(gap) * 2 + 2 + min(len(figures.models), LEAST_ROWS)  # with header and foot
    lines += [*gap, *_middle(figures, width, height - len(lines) - n_least), *gap]
    lines += _table(figures.models, max(height - len(lines) - 2, 1), width)
    return Group(*lines[: height - 1], _foot(figures, hint))


def _middle(figures: Figures, width: int, n_lines: int) -> list[Text]:
    """What is not of single models. A short terminal leaves out the least important figures."""
    told = [_starts(figures), _refusals(figures)]
    n_rows = max(n_lines - len(told), 1)
    return [*_summary(figures, width)[:n_rows], *told][: max(n_lines, 1)]


def _head(url: str, look: Look, lost_s: float, width: int) -> Text:
    """Name, address, state, time. A narrow terminal shortens the address or leaves it out."""
    clock = time.strftime("%H:%M:%S")
    words, colour = _state(look, lost_s)
    n_left = width - len(f"Wordlight   {words}  {clock}")
    address = Text(url)
    if n_left < LEAST_ADDRESS:
        return Text.assemble((words, colour), (f"  {clock}", "dim"), no_wrap=True)
    address.truncate(n_left, overflow="ellipsis", pad=True)
    head = Text.assemble(("Wordlight ", "bold"), address, "  ", (words, colour), no_wrap=True)
    return head.append(f"  {clock}", style="dim")


def _state(look: Look, lost_s: float) -> tuple[str, str]:
    condition = look.condition
    if lost_s and not isinstance(look.problem, WrongProtocol):
        return f"● no answer for {duration(lost_s)}", "bold red"
    if condition is None:
        knows_something = look.problem is not None or look.samples.values
        return "● phase not known" if knows_something else "● asking", OTHER
    since = f" for {duration(time.time() - condition.since)}" if condition.since else ""
    return f"● {condition.phase}{since}", COLOURS.get(condition.phase, OTHER)


def _reason(look: Look, width: int) -> list[Text]:
    """Why it does not serve, or why something is not known: code, sentence, remedy."""
    lines: list[Text] = []
    if (now := look.condition) is not None:
        lines += _since(now, width) + _told(now.code, now.sentence, now.remedy, width)
        lines += _wrapped(now.doing, width, "yellow")
    if (problem := look.problem) is not None:
        lines += _told(problem.code, str(problem), problem.remedy, width)
    return lines


def _since(condition: Condition, width: int) -> list[Text]:
    """When the phase began, if it is no phase of long life."""
    if not condition.since or condition.phase is Phase.SERVING:
        return []
    began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(condition.since))
    return _wrapped(f"{condition.phase} since {began}", width, "dim")


def _told(code: str, sentence: str, remedy: str, width: int, style: str = "bold red") -> list[Text]:
    lines = _wrapped(f"{code} {sentence}".strip(), width, style)
    return lines + (_wrapped(f"→ {remedy}", width, REMEDY_COLOUR) if remedy else [])


def _wrapped(words: str, width: int, style: str) -> list[Text]:
    folded = textwrap.wrap(words, width, max_lines=MOST_LINES, placeholder=" …")
    return [Text(line, style=style, no_wrap=True) for line in folded]


def _summary(figures: Figures, width: int) -> list[Text]:
    factor = figures.real_time_factor
    cells = (
        ("requests", rate(figures.requests_per_s) + ("/s" if figures.has_front else "")),
        ("in flight", number(figures.in_flight)),
        ("waiting work", seconds(figures.waiting_s)),
        ("first audio", both(figures.first_audio)),
        ("spoken", f"{figures.spoken_per_s:.1f} s/s"),
        ("aligned", f"{figures.aligned_per_s:.1f} s/s"),
        ("real time ×", NOTHING if factor is None else f"{factor:.2f}"),
        ("machine's RAM", NOTHING if figures.memory_used is None else f"{figures.memory_used:.0%}"),
    )
    n = max(min(width // CELL, MOST_IN_A_ROW), 1)
    rows = [cells[k : k + n] for k in range(0, len(cells), n)]
    return [_row(row, min(width // n, CELL)) for row in rows]


def _row(cells: Sequence[tuple[str, str]], width: int) -> Text:
    row = Text(no_wrap=True)
    for label, value in cells:
        cell = Text.assemble((f"{label} ", "dim"), (value, "bold"))
        cell.truncate(width - 1, overflow="ellipsis", pad=True)
        row.append_text(cell).append(" ")
    row.rstrip()
    return row


def _starts(figures: Figures) -> Text:
    counts = [
        f"{process} {how.replace('_', ' ')} {n}"
        for process, of_it in figures.restarts.items()
        for how, n in of_it.items()
    ]
    told = Text("new starts ", style="dim", no_wrap=True, overflow="ellipsis")
    none = "none" if figures.has_front else NOTHING
    told.append(", ".join(counts) or none, style="bold yellow" if counts else "bold")
    if figures.supervised_s is not None:
        told.append(f" in {duration(figures.supervised_s)}")
    if figures.load_s:
        told.append(f"; the last start took {seconds(figures.load_s)}")
    return told


def _refusals(figures: Figures) -> Text:
    told = Text("refusals ", style="dim", no_wrap=True, overflow="ellipsis")
    counts = ", ".join(f"{code} {n}" for code, n in figures.refusals.items())
    return told.append(counts or "none", style="bold yellow" if counts else "bold")


def _table(models: Mapping[str, ModelFigures], n_rows: int, width: int) -> list[Text]:
    """The lines of the models; if not all fit, those that do something."""
    rows = {name: _cells(name, model) for name, model in models.items()}
    if len(rows) > n_rows:
        by_work = sorted(rows, key=lambda name: _activity(models[name]), reverse=True)
        kept = set(by_work[: max(n_rows - 1, 0)])
        rows = {name: row for name, row in rows.items() if name in kept}
    widths = _widths(list(rows.values()), width)
    header = {name: Text(name, style="dim") for name in COLUMNS}
    n_left = len(models) - len(rows)
    more = [Text(f"{n_left} more", style="dim")] if n_left else []
    return [*(_line(cells, widths) for cells in (header, *rows.values())), *more]


def _line(cells: Mapping[str, Text], widths: Mapping[str, int]) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    for name, width in widths.items():
        cell = cells[name].copy()
        cell.align("left" if name == COLUMNS[0] else "right", width)
        line.append(" " * GAP if line else "").append_text(cell)
    return line


def _widths(rows: Sequence[Mapping[str, Text]], width: int) -> dict[str, int]:
    """How wide each column is for which there is room."""
    found = {name: _width(name, [row[name].cell_len for row in rows]) for name in COLUMNS}
    for name in LESS_IMPORTANT:
        if sum(found.values()) + GAP * (len(found) - 1) > width:
            del found[name]
    return found


def _width(column: str, widths: Sequence[int]) -> int:
    """How wide a column is: figures that change from second to second do not move it."""
    return max([len(column), WIDTHS.get(column, 0), *widths])


def _activity(model: ModelFigures) -> tuple[float, ...]:
    return (
        float(model.in_flight or 0) + model.failed,
        model.requests_per_s + model.refused,
        model.memory_bytes or 0.0,
    )


def _cells(name: str, model: ModelFigures) -> dict[str, Text]:
    values = (
        Text(name),
        Text(rate(model.requests_per_s)),
        Text(seconds(model.latency.p50_s)),
        Text(seconds(model.latency.p95_s)),
        Text(seconds(model.queue_s)),
        Text(number(model.in_flight)),
        Text(str(model.refused), style="yellow" if model.refused else ""),
        Text(str(model.failed), style="bold red" if model.failed else ""),
        Text(memory(model.memory_bytes)),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _foot(figures: Figures, hint: str) -> Text:
    span_s = max(round(figures.span_s), 1) if figures.span_s else 0
    span = f"of the last {duration(span_s)}" if span_s else "since the start"
    return Text(f"rates, times, counts {span}{hint}", style="dim", no_wrap=True)
