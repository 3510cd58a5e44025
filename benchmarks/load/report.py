"""The rows for people, in Markdown, and for programs, in two CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from load import counters
from load.cells import MODELS, PROTOCOLS, Cell, Closed
from load.machine import Machine
from load.rows import Row

COUNT, EXECUTIONS = "nv_inference_count", "nv_inference_exec_count"
NOTHING = "–"
HEAD = (
    "model", "over", "load", "answered", "requests/s", "audio s/s", "mean", "p50", "p90", "p95",
    "p99", "others' cores", "refusals, errors",
)  # fmt: skip
CSV_HEAD = (
    "model",
    "protocol",
    "loop",
    "load",
    "rate_asked",
    "n_sent",
    "n_answered",
    "took_s",
    "requests_per_s",
    "audio_s_per_s",
    "mean_s",
    "p50_s",
    "p90_s",
    "p95_s",
    "p99_s",
    "others_cores",
    "failures",
    "note",
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and how the figures were measured."""

    machine: Machine
    date: str
    command: str
    server: str
    perf_analyzer: str
    texts: str
    load_after: float
    took_s: float


def in_order(rows: Sequence[Row]) -> list[Row]:
    """The rows sorted by model and protocol, whatever the order of measurement."""
    return sorted(rows, key=lambda row: _place(row.cell))


def _place(cell: Cell) -> tuple[int, int]:
    return MODELS.index(cell.model), PROTOCOLS.index(cell.protocol)


def markdown(rows: Sequence[Row], origin: Origin) -> str:
    """The report: the machine, the table, and the server's counters."""
    ordered = in_order(rows)
    counted = [_counted(row) for row in ordered if row.moved]
    parts = [
        f"# Load, {origin.date}",
        f"{origin.machine}, {origin.load_after:.2f} after the last.",
        f"{origin.server}, perf_analyzer {origin.perf_analyzer}, `{origin.command}`, "
        f"{origin.took_s:.0f} s in all. {origin.texts}",
        "Latencies are seconds, of the answered requests, as perf_analyzer has them. How to read "
        "this: docs/benchmarks.md.",
        table(HEAD, [_shown(row) for row in ordered]),
    ]
    if counted:
        heads = ("model", "over", "load", "requests in executions", "wordlight_*")
        parts += ["What the server counted meanwhile, by its metrics:", table(heads, counted)]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table.

    >>> print(table(["a"], [["1|2"]]))
    | a |
    |---|
    | 1\\|2 |
    """
    lines = [list(head), *rows]
    shown = [
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    ]
    return "\n".join([shown[0], "|" + "---|" * len(head), *shown[1:]])


def line(row: Row) -> str:
    """The line that is printed for a row while others are still measured."""
    if row.measured.latency is None:
        return f"{row.cell}: {_failures(row)}"
    audio = f", {row.audio_per_s:.2f} s of audio/s" if row.audio_s else ""
    middle, high = (_seconds(row.measured.latency.p50_s), _seconds(row.measured.latency.p95_s))
    return (
        f"{row.cell}: {row.measured.n_answered} requests, {_rate(row.per_s)}/s{audio}, "
        f"p50 {middle} s, p95 {high} s"
    )


def rows_csv(rows: Sequence[Row]) -> str:
    """A CSV file with a line for each row."""
    return _csv(CSV_HEAD, [_fields(row) for row in in_order(rows)])


def counters_csv(rows: Sequence[Row]) -> str:
    """A CSV file with a line for each counter that rose while a row was measured."""
    lines = [
        (row.cell.model, row.cell.protocol, str(row.cell.load), sample, f"{value:g}")
        for row in in_order(rows)
        for sample, value in row.moved.items()
    ]
    return _csv(("model", "protocol", "load", "counter", "difference"), lines)


def _csv(head: Sequence[str], lines: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(lines)
    return text.getvalue()


def _shown(row: Row) -> list[str]:
    load = f"{row.cell.load} ({_rate(row.rate)}/s)" if row.rate else str(row.cell.load)
    names = [row.cell.model, row.cell.protocol, load]
    latency = row.measured.latency
    if latency is None:
        return [*names, *[NOTHING] * (len(HEAD) - 5), _others(row), _failures(row)]
    times_s = (latency.mean_s, latency.p50_s, latency.p90_s, latency.p95_s, latency.p99_s)
    return [
        *names,
        str(row.measured.n_answered),
        _rate(row.per_s),
        f"{row.audio_per_s:.2f}" if row.audio_s else NOTHING,
        *map(_seconds, times_s),
        _others(row),
        _failures(row),
    ]


def _fields(row: Row) -> list[str]:
    is_closed = isinstance(row.cell.load, Closed)
    load = row.cell.load.callers if isinstance(row.cell.load, Closed) else row.cell.load.factor
    latency = row.measured.latency
    times_s = (
        (latency.mean_s, latency.p50_s, latency.p90_s, latency.p95_s, latency.p99_s)
        if latency
        else ()
    )
    return [
        row.cell.model,
        row.cell.protocol,
        "closed" if is_closed else "open",
        f"{load:g}",
        f"{row.rate:.6g}" if row.rate else "",
        str(row.n_sent),
        str(row.measured.n_answered),
        f"{row.measured.took_s:.6f}",
        f"{row.per_s:.6g}",
        f"{row.audio_per_s:.6g}",
        *(f"{time_s:.6f}" for time_s in times_s),
        *[""] * (5 - len(times_s)),
        "" if row.others is None else f"{row.others:.3f}",
        " ".join(f"{code}={n}" for code, n in row.failures.items()),
        row.measured.note,
    ]


def _others(row: Row) -> str:
    return NOTHING if row.others is None else f"{row.others:.1f}"


def _failures(row: Row) -> str:
    counted = [f"{code} {n}" for code, n in row.failures.items()]
    if row.measured.errors:
        counted.append("perf_analyzer stopped at the first")
    return "; ".join([*counted, *filter(None, [row.measured.note])]) or "none"


def _counted(row: Row) -> list[str]:
    def by_model(name: str) -> dict[str, float]:
        samples = ((s, v) for s, v in row.moved.items() if counters.name(s) == name)
        return {counters.labels(sample)["model"]: value for sample, value in samples}

    executions = by_model(EXECUTIONS)
    served = [
        f"{model} {n:g} in {executions.get(model, 0.0):g}" for model, n in by_model(COUNT).items()
    ]
    ours = [
        f"{s} {v:g}"
        for s, v in row.moved.items()
        if s.startswith("wordlight_") and "_bucket{" not in s  # counters.csv has them
    ]
    cell = row.cell
    return [
        cell.model,
        cell.protocol,
        str(cell.load),
        "; ".join(served) or NOTHING,
        "; ".join(ours) or NOTHING,
    ]


def _seconds(time_s: float) -> str:
    """Seconds, to the millisecond below one second and to the hundredth above."""
    return f"{time_s:.3f}" if time_s < 1 else f"{time_s:.2f}"


def _rate(per_s: float) -> str:
    """Requests per second, with about three digits."""
    return f"{per_s:.3f}" if per_s < 1 else f"{per_s:.2f}" if per_s < 10 else f"{per_s:.0f}"
