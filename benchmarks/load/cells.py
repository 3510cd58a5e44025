"""The cells of a run, each a model over a protocol under a load; and how long each may last."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Protocol = Literal["http", "grpc"]

MODELS = ("subtitles", "whisperx", "caption", "f5_tts", "narrate")
"""The models, the quickest first."""
FEWEST_AT_A_RATE = 6
HANGS_AFTER_S, SLOWER = 30.0, 10.0
"""A cell may take half a minute more than ten times the expected time, as machines may be busy."""
PROTOCOLS: tuple[Protocol, ...] = ("http", "grpc")


@dataclass(frozen=True, slots=True)
class Closed:
    """The closed loop: so many callers, each of whom waits for an answer before sending again."""

    callers: int

    def __str__(self) -> str:
        return f"{self.callers} at once"


@dataclass(frozen=True, slots=True)
class Open:
    """The open loop: requests come at random times, whatever the server does.

    Their rate is ``factor`` times the highest rate that the server answered in the closed loop.
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
    """The lengths of the texts."""
    most_requests: int
    cell_s: float
    """The time that a cell may take if there is enough time for all."""
    whole_s: float
    """The time that the run may take, including the server's start."""

    def cells(self, models: Sequence[str], protocols: Sequence[Protocol]) -> list[Cell]:
        """The rows in the order in which they are measured.

        All models are measured under one load before the next load comes. So a run that runs out of
        time lacks the heaviest loads but no model. The open loop comes last, because its rates are
        multiples of those of the closed loop.
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
    """The fewest requests with which every input is sent equally often and every caller sends one.

    In the open loop these are the requests of a second: perf_analyzer refuses to send fewer.

    >>> [fewest_requests(load, 3, best_rate=20.0) for load in (Closed(4), Open(0.5))]
    [6, 12]
    """
    if isinstance(load, Closed):
        at_least = load.callers
    else:
        at_least = max(FEWEST_AT_A_RATE, math.ceil(load.factor * best_rate))
    return math.ceil(at_least / n_inputs) * n_inputs


def expected_rate(load: Load, best_rate: float) -> float:
    """The rate at which requests are likely to be answered, per second."""
    return best_rate * min(load.factor, 1.0) if isinstance(load, Open) else best_rate


def longest_s(load: Load, n: int, best_rate: float) -> float:
    """The seconds after which a cell counts as hanging, even on a machine that others use too.

    >>> longest_s(Closed(1), 6, best_rate=2.0)
    60.0
    """
    return HANGS_AFTER_S + SLOWER * n / expected_rate(load, best_rate)


def n_requests(
    plan: Plan, load: Load, n_inputs: int, best_rate: float, left_s: float, n_left: int
) -> int:
    """How many requests a cell sends, or 0 if the run has no time left for it.

    ``best_rate`` is the highest rate, in requests per second, that was answered so far. ``n_left``
    cells share ``left_s`` seconds.
    """
    fewest, rate = fewest_requests(load, n_inputs, best_rate), expected_rate(load, best_rate)
    if fewest / rate > left_s:
        return 0
    share_s = min(plan.cell_s, left_s / n_left)
    n = min(int(share_s * rate), plan.most_requests)
    return max(n // n_inputs * n_inputs, fewest)
