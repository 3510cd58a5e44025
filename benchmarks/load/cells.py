"""What is measured: a model, over a protocol, under a load; and for how long each may last."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Protocol = Literal["http", "grpc"]

MODELS = ("subtitles", "whisperx", "caption", "f5_tts", "narrate")
"""The quickest first."""
FEWEST_AT_A_RATE = 6
HANGS_AFTER_S, SLOWER = 30.0, 10.0
"""A cell may take ten times what is expected, and half a minute: its machine may be busy."""
PROTOCOLS: tuple[Protocol, ...] = ("http", "grpc")


@dataclass(frozen=True, slots=True)
class Closed:
    """So many callers, each of whom waits for an answer before he sends again."""

    callers: int

    def __str__(self) -> str:
        return f"{self.callers} at once"


@dataclass(frozen=True, slots=True)
class Open:
    """Requests that come at random times, whatever the server does.

    ``factor`` times as many come as it answered at its best in the closed loop.
    """

    factor: float

    def __str__(self) -> str:
        return f"{self.factor:g} x capacity"


Load = Closed | Open


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the table."""

    model: str
    protocol: Protocol
    load: Load

    def __str__(self) -> str:
        return f"{self.model} over {self.protocol}, {self.load}"


@dataclass(frozen=True, slots=True)
class Plan:
    """How thorough a run is."""

    callers: tuple[int, ...]
    factors: tuple[float, ...]
    words: tuple[int, ...]
    """Lengths of the texts."""
    most_requests: int
    cell_s: float
    """What a cell may take where there is time for all."""
    whole_s: float
    """What the run may take, the server's start included."""

    def cells(self, models: Sequence[str], protocols: Sequence[Protocol]) -> list[Cell]:
        """The rows in the order in which they are measured.

        Each model has its turn under one load before the next load comes, so that a run whose time
        is up lacks the heaviest loads and no model; the open loop is last, for its rates are
        multiples of what the closed one showed.
        """
        loads: list[Load] = [*map(Closed, self.callers), *map(Open, self.factors)]
        return [
            Cell(model, protocol, load)
            for load in loads
            for model in MODELS
            if model in models
            for protocol in protocols
        ]


QUICK = Plan((1, 4), (1.0,), (5, 9, 13), most_requests=200, cell_s=4.0, whole_s=270.0)
FULL = Plan(
    (1, 2, 4, 8), (0.5, 1.0, 2.0), (5, 20, 60), most_requests=1_000, cell_s=30.0, whole_s=1_700.0
)


def fewest_requests(load: Load, n_inputs: int, best_rate: float) -> int:
    """Enough that every input is sent equally often and every caller sends at least one.

    In the open loop it is a second's worth: perf_analyzer refuses to send less.

    >>> [fewest_requests(load, 3, best_rate=20.0) for load in (Closed(4), Open(0.5))]
    [6, 12]
    """
    if isinstance(load, Closed):
        at_least = load.callers
    else:
        at_least = max(FEWEST_AT_A_RATE, math.ceil(load.factor * best_rate))
    return math.ceil(at_least / n_inputs) * n_inputs


def expected_rate(load: Load, best_rate: float) -> float:
    """Requests a second that are likely to be answered."""
    return best_rate * min(load.factor, 1.0) if isinstance(load, Open) else best_rate


def longest_s(load: Load, n: int, best_rate: float) -> float:
    """The seconds after which a cell hangs rather than is slow, on a machine that others use too.

    >>> longest_s(Closed(1), 6, best_rate=2.0)
    60.0
    """
    return HANGS_AFTER_S + SLOWER * n / expected_rate(load, best_rate)


def n_requests(
    plan: Plan, load: Load, n_inputs: int, best_rate: float, left_s: float, n_left: int
) -> int:
    """How many requests a cell sends, 0 where the run has no time for it any more.

    ``best_rate`` is the most requests a second that were answered so far; ``n_left`` cells share
    ``left_s`` seconds.
    """
    fewest, rate = fewest_requests(load, n_inputs, best_rate), expected_rate(load, best_rate)
    if fewest / rate > left_s:
        return 0
    share_s = min(plan.cell_s, left_s / n_left)
    n = min(int(share_s * rate), plan.most_requests)
    return max(n // n_inputs * n_inputs, fewest)
