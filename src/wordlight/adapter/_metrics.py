"""Our meters, shown at Triton's metrics endpoint."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any

from wordlight.contract import SECONDS, Meter, MeterKind

logger = logging.getLogger(__name__)


FLUSH_EVERY_S = 0.2
"""How often the numbers are sent to Triton: each is a message to another process."""
MOST_OBSERVED = 500
"""Values of a histogram that are sent at once; the others follow with the next ones."""

INSTANCE = "model_instance"
"""The label that names the process. Prometheus calls the server ``instance``."""

Series = tuple[str, tuple[tuple[str, str], ...]]
"""A meter's name, with the labels of one count."""


class TritonMeters:
    """Meters that Prometheus reads from Triton, for this instance of the model.

    Threads may share it.

    Args:
        meters: All that will be used.
        labels: The labels of all of them. No two processes have the same ones: when one ends,
            Triton removes what it has made.
        pb_utils: Triton's module.
        clock: A monotonic clock, in seconds.
    """

    def __init__(
        self,
        meters: Iterable[Meter],
        labels: Mapping[str, str],
        pb_utils: Any,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._flushed_s = clock, clock()
        self._labels = dict(labels)
        self._changing, self._flushing = Lock(), Lock()
        self._added: defaultdict[Series, float] = defaultdict(float)
        self._observed: defaultdict[Series, list[float]] = defaultdict(list)
        self._shown: dict[Series, float] = {}
        self._metrics: dict[Series, Any] = {}
        self._families: dict[str, tuple[Any, MeterKind]] = {}
        """Triton drops a family when nobody holds it."""
        kinds = {kind: getattr(pb_utils.MetricFamily, kind.name) for kind in MeterKind}
        try:
            for meter in meters:
                family = pb_utils.MetricFamily(
                    name=meter.name, description=meter.meaning, kind=kinds[meter.kind]
                )
                self._families[meter.name] = family, meter.kind
                if not meter.labels:
                    self._metric(_series(meter, {}))
        except pb_utils.TritonModelException as error:
            # A server that was started without metrics can still serve.
            logger.warning("nothing is counted: %s", error)
            self._families.clear()
            self._metrics.clear()

    @property
    def has_news(self) -> bool:
        """Whether something is to be sent."""
        return bool(self._added or self._observed or self._shown)

    def add(self, meter: Meter, amount: float = 1.0, **labels: str) -> None:
        """Adds an amount to a counter. An amount of 0 makes the counter of these labels."""
        with self._changing:
            self._added[_series(meter, labels)] += amount

    def show(self, meter: Meter, value: float) -> None:
        """Sets a gauge."""
        with self._changing:
            self._shown[_series(meter, {})] = value

    def observe(self, meter: Meter, value: float) -> None:
        """Puts a value into a histogram."""
        with self._changing:
            self._observed[_series(meter, {})].append(value)

    def flush(self) -> None:
        """Sends the numbers to Triton, unless they were sent a moment ago."""
        with self._flushing:
            now_s = self._clock()
            if now_s - self._flushed_s < FLUSH_EVERY_S:
                return
            self._flushed_s = now_s
            self._send()

    def _send(self) -> None:
        added, observed, shown = self._taken()
        if not self._families:
            return
        try:
            for series, amount in added.items():
                metric = self._metric(series)
                if amount:
                    metric.increment(amount)
            for series, values in observed.items():
                metric = self._metric(series)
                for value in values:
                    metric.observe(value)
            for series, value in shown.items():
                self._metric(series).set(value)
        except Exception:
            logger.exception("some counts are lost")

    def _taken(
        self,
    ) -> tuple[dict[Series, float], dict[Series, list[float]], dict[Series, float]]:
        """What is to be sent now; it is no longer kept here."""
        with self._changing:
            added, self._added = self._added, defaultdict(float)
            shown, self._shown = self._shown, {}
            now = {series: values[:MOST_OBSERVED] for series, values in self._observed.items()}
            for series in now:
                del self._observed[series][:MOST_OBSERVED]
                if not self._observed[series]:
                    del self._observed[series]
        return added, now, shown

    def _metric(self, series: Series) -> Any:
        """Triton's metric for a series, which is made when it is first needed."""
        if series not in self._metrics:
            name, labels = series
            family, kind = self._families[name]
            buckets = {"buckets": list(SECONDS)} if kind is MeterKind.HISTOGRAM else {}
            self._metrics[series] = family.Metric(
                labels={**self._labels, **dict(labels)}, **buckets
            )
        return self._metrics[series]


def _series(meter: Meter, labels: Mapping[str, str]) -> Series:
    assert set(labels) == set(meter.labels), meter
    return meter.name, tuple(sorted(labels.items()))
