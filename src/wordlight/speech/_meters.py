"""The interface through which the engine reports its counts."""

from __future__ import annotations

from typing import Protocol

from wordlight.contract import Meter


class Meters(Protocol):
    """Takes the counts. Threads may share it."""

    def add(self, meter: Meter, amount: float = 1.0) -> None:
        """Adds the amount to a counter."""

    def show(self, meter: Meter, value: float) -> None:
        """Sets the value of a gauge."""

    def flush(self) -> None:
        """Passes on what was counted. It is called often."""


class NoMeters:
    """Counts nothing."""

    def add(self, meter: Meter, amount: float = 1.0) -> None:
        """Ignores the amount."""

    def show(self, meter: Meter, value: float) -> None:
        """Ignores the value."""

    def flush(self) -> None:
        """Does nothing, as there are no counts."""
