"""What each model's process counts of its requests, for Prometheus."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from wordlight.adapter._metrics import INSTANCE, TritonMeters
from wordlight.contract import MODEL_METERS, Meter, ModelMeters, ModelSpec

STATUSES = ("ok", "cancelled", "internal", "invalid_arg", "not_found", "unavailable")
"""How a request can end: ``ok``, or a status of Triton's in small letters."""
SEND_EVERY_S = 0.25
MEMORY = Path("/proc/self/statm")


class Counts:
    """The requests of this process's model. There is one such object, `COUNTS`.

    Before ``begin`` nothing is counted. Threads may share it.
    """

    def __init__(self) -> None:
        self._instance = ""
        self._meters: TritonMeters | None = None
        self._over = Event()
        self._changing = Lock()
        self._in_flight = 0

    def belongs_to(self, instance: str) -> None:
        """Says which instance of the model this process is."""
        self._instance = instance

    def begin(self, spec: ModelSpec, pb_utils: Any, more: Sequence[Meter] = ()) -> None:
        """Counts from now on for this model, with these meters besides those of all models."""
        if not self._instance:
            return
        self.end()
        labels = {"model": spec.name, INSTANCE: self._instance}
        self._meters = TritonMeters((*MODEL_METERS, *more), labels, pb_utils)
        for status in STATUSES:  # Prometheus sees an increase only of what was there before
            self._meters.add(ModelMeters.REQUESTS, 0, status=status)
        self._over = Event()
        Thread(target=_send, args=(self._meters, self._over), name="counts", daemon=True).start()

    def end(self) -> None:
        """Counts no more."""
        self._over.set()
        self._meters, self._in_flight = None, 0

    def came(self) -> None:
        """Counts a request that Triton has handed over."""
        self._change(1)

    def add(self, meter: Meter, amount: float = 1.0) -> None:
        """Adds an amount to one of the model's own counters."""
        if self._meters is not None:
            self._meters.add(meter, amount)

    def show(self, meter: Meter, value: float) -> None:
        """Sets one of the model's own gauges."""
        if self._meters is not None:
            self._meters.show(meter, value)

    def observe(self, meter: Meter, value: float) -> None:
        """Puts a value into one of the histograms."""
        if self._meters is not None:
            self._meters.observe(meter, value)

    def left(self, seconds: float, status: str, code: str) -> None:
        """Counts a request that was answered.

        Args:
            seconds: How long that took.
            status: One of `STATUSES`.
            code: That of its problem; empty if it had none.
        """
        self._change(-1)
        meters = self._meters
        if meters is None:
            return
        meters.add(ModelMeters.REQUESTS, status=status)
        meters.observe(ModelMeters.SECONDS, seconds)
        if code:
            meters.add(ModelMeters.REFUSALS, code=code)

    def _change(self, by: int) -> None:
        with self._changing:
            if self._meters is not None:
                self._in_flight += by
                self._meters.show(ModelMeters.IN_FLIGHT, self._in_flight)


COUNTS = Counts()


def _send(meters: TritonMeters, over: Event) -> None:
    """Sends what was counted, now and then. An idle process sends nothing."""
    while not over.wait(SEND_EVERY_S):
        if meters.has_news:
            with suppress(OSError):
                pages = int(MEMORY.read_text(encoding="ascii").split()[1])
                meters.show(ModelMeters.MEMORY, pages * os.sysconf("SC_PAGE_SIZE"))
            meters.flush()
