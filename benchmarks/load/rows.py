"""Makes the rows of the table: measures each cell, and reads the server's counters meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from load import counters, others, perf
from load.cells import Cell, Closed, Open, Plan, Protocol, longest_s, n_requests
from load.inputs import Inputs
from load.perf import Addresses, Measured

COUNTED_WITHIN_S = 0.3
"""How long to wait for the server's counters, which rise a moment after an answer is sent."""
GRACE_S = 15.0
"""How long after the run's end a cell may still take before it is stopped."""
NO_TIME = "left out: the run's time is up"


@dataclass(frozen=True, slots=True)
class Row:
    """One cell, measured or left out.

    ``rate`` is the request rate of the open loop, and 0 in the closed loop. ``others`` is how many
    cores other programs used meanwhile, or None if the server's processes are unknown.
    """

    cell: Cell
    n_sent: int
    rate: float
    measured: Measured
    audio_s: float = 0.0
    moved: Mapping[str, float] = field(default_factory=dict)
    others: float | None = None

    @property
    def per_s(self) -> float:
        """Answered requests per second."""
        took_s = self.measured.took_s
        return self.measured.n_answered / took_s if took_s else 0.0

    @property
    def audio_per_s(self) -> float:
        """Seconds of audio made or read per second, or 0 for a model without audio."""
        return self.per_s * self.audio_s

    @property
    def failures(self) -> dict[str, int]:
        """How many requests failed, by the code in perf_analyzer's output or by Triton's reason."""
        return {**self.measured.errors, **counters.failures(self.moved, self.cell.model)}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``metrics`` is empty if the server has no metrics."""

    at: Addresses
    metrics: str


@dataclass(slots=True)
class Bench:
    """Measures cells one after the other, within the plan's time."""

    plan: Plan
    server: Server
    inputs: Mapping[str, Inputs]
    program: Path
    work: Path
    deadline_s: float
    """The end of the run, by ``time.monotonic``."""
    root: int | None = None
    """The process that started the server and us, if one did."""
    best: dict[tuple[str, Protocol], float] = field(default_factory=dict)
    """The highest rate of answered requests in the closed loop, per second."""

    def rows(self, cells: Sequence[Cell]) -> Iterator[Row]:
        """A row for each cell, as soon as it is known."""
        for model, inputs in self.inputs.items():
            self._data(model).write_text(inputs.json(), encoding="utf-8")
        for index, cell in enumerate(cells):
            yield self._row(cell, len(cells) - index)

    def _row(self, cell: Cell, n_left: int) -> Row:
        inputs = self.inputs[cell.model]
        key = (cell.model, cell.protocol)
        capacity = self.best.get(key, inputs.rate)
        left_s = self.deadline_s - time.monotonic()
        n = n_requests(self.plan, cell.load, len(inputs.requests), capacity, left_s, n_left)
        rate = capacity * cell.load.factor if isinstance(cell.load, Open) else 0.0
        if n == 0:
            return Row(cell, 0, rate, Measured(0, 0.0, None, {}, NO_TIME))
        words = perf.command(
            self.program, cell, self.server.at, self._data(cell.model), n, rate, self.work
        )
        before, began = self._counted(), others.moment(self.root) if self.root else None
        measured = perf.measure(
            words, self.work, min(left_s + GRACE_S, longest_s(cell.load, n, capacity))
        )
        cores = others.cores(began, others.moment(self.root)) if began and self.root else None
        time.sleep(COUNTED_WITHIN_S)
        moved = counters.moved(before, self._counted())
        row = Row(cell, n, rate, measured, inputs.audio_s, moved, cores)
        if isinstance(cell.load, Closed):
            self.best[key] = max(self.best.get(key, 0.0), row.per_s) or inputs.rate
        return row

    def _data(self, model: str) -> Path:
        return self.work / f"{model}.json"

    def _counted(self) -> dict[str, float]:
        return counters.counters(counters.read(self.server.metrics)) if self.server.metrics else {}
