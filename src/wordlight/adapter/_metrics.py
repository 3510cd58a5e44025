"""Our meters, shown at Triton's metrics endpoint."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from wordlight.contract import Meter, MeterKind

logger = logging.getLogger(__name__)


FLUSH_EVERY_S = 0.2
"""How often the numbers are sent to Triton: each is a message to another process."""


class TritonMeters:
    """Meters that Prometheus reads from Triton, for this instance of the model.

    Threads may share it.

    Args:
        meters: All that will be used.
        instance: The instance's name, which becomes a label.
        pb_utils: Triton's module.
        clock: A monotonic clock, in seconds.
    """

    def __init__(
        self,
        meters: Iterable[Meter],
        instance: str,
        pb_utils: Any,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._flushed_s = clock, clock()
        self._changing = Lock()
        self._added: defaultdict[str, float] = defaultdict(float)
        self._shown: dict[str, float] = {}
        self._metrics: dict[str, Any] = {}
        self._families: list[Any] = []  # Triton drops a family when nobody holds it
        kinds = {
            MeterKind.COUNTER: pb_utils.MetricFamily.COUNTER,
            MeterKind.GAUGE: pb_utils.MetricFamily.GAUGE,
        }
        try:
            for meter in meters:
                family = pb_utils.MetricFamily(
                    name=meter.name, description=meter.meaning, kind=kinds[meter.kind]
                )
                self._families.append(family)
                self._metrics[meter.name] = family.Metric(labels={"instance": instance})
        except pb_utils.TritonModelException as error:
            # A server that was started without metrics can still serve.
            logger.warning("nothing is counted: %s", error)
            self._metrics.clear()

    def add(self, meter: Meter, amount: float = 1.0) -> None:
        """Adds an amount to a counter."""
        with self._changing:
            self._added[meter.name] += amount

    def show(self, meter: Meter, value: float) -> None:
        """Sets a gauge."""
        with self._changing:
            self._shown[meter.name] = value

    def flush(self) -> None:
        """Sends the numbers to Triton, unless they were sent a moment ago."""
        now_s = self._clock()
        if now_s - self._flushed_s < FLUSH_EVERY_S:
            return
        self._flushed_s = now_s
        with self._changing:
            added, self._added = self._added, defaultdict(float)
            shown, self._shown = self._shown, {}
        try:
            for name, metric in self._metrics.items():
                if added.get(name):
                    metric.increment(added[name])
                if name in shown:
                    metric.set(shown[name])
        except Exception:
            logger.exception("some counts are lost")
