"""Where the engine counts what it does."""

from __future__ import annotations

from typing import Protocol

from wordlight.contract import Meter


class Meters(Protocol):
    """What takes the counts; threads may share it."""

    def add(self, meter: Meter, amount: float = 1.0) -> None:
        """Counts so much more."""

    def show(self, meter: Meter, value: float) -> None:
        """Sets what a gauge says."""

    def flush(self) -> None:
        """Passes on what was counted; called often."""


class NoMeters:
    """Counts nothing."""

    def add(self, meter: Meter, amount: float = 1.0) -> None:
        """Forgets it."""

    def show(self, meter: Meter, value: float) -> None:
        """Forgets it."""

    def flush(self) -> None:
        """Passes on what there is, which is none."""
