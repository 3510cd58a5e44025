"""What the front door counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from wordlight.condition import ConditionFile
from wordlight.contract import SECONDS
from wordlight.front._supervisor_meters import SupervisorMeters

PREFIX = "wordlight_front"
CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"


class Meters:
    """The meters of one front door, and those of the supervisor.

    Args:
        condition: How the server is, and what its supervisor has counted.
        waiting_s: The seconds of work in flight, as they are when they are read.
    """

    def __init__(self, condition: ConditionFile, waiting_s: Callable[[], float]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(SupervisorMeters(condition))
        ProcessCollector(namespace=PREFIX, registry=self._registry)
        self.requests = self._counter(
            "requests", "requests that were answered, by model and HTTP status", "model", "status"
        )
        self.refusals = self._counter(
            "refusals", "requests that were refused, by the code of the problem", "code"
        )
        self.gone = self._counter(
            "callers_gone", "requests whose caller left before the answer was complete"
        )
        self.in_flight = self._gauge(
            "in_flight", "requests in work, without those for health and metrics"
        )
        self.seconds = self._histogram(
            "request_seconds", "from the request's head to the answer's last byte"
        )
        self.first_part = self._histogram(
            "first_part_seconds", "from a stream's request to the first part of its answer"
        )
        waiting = self._gauge("waiting_seconds", "estimated seconds of work in flight")
        waiting.set_function(waiting_s)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"{PREFIX}_{name}", meaning, labels, registry=self._registry)

    def _gauge(self, name: str, meaning: str) -> Gauge:
        return Gauge(f"{PREFIX}_{name}", meaning, registry=self._registry)

    def _histogram(self, name: str, meaning: str) -> Histogram:
        return Histogram(
            f"{PREFIX}_{name}", meaning, ["model"], buckets=SECONDS, registry=self._registry
        )

    def text(self) -> bytes:
        """All meters in Prometheus' text format."""
        return generate_latest(self._registry)
