"""Triton's metrics endpoint, as a model's process sees it."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import fake_pb_utils


class Endpoint:
    """Triton's module, and every metric that was made through it."""

    def __init__(self, *, is_counting: bool = True) -> None:
        self.metrics: dict[str, fake_pb_utils.Metric] = {}
        self.all: list[tuple[str, fake_pb_utils.Metric]] = []
        self.kinds: dict[str, str] = {}
        endpoint = self

        class MetricFamily(fake_pb_utils.MetricFamily):
            def __init__(self, name: str, description: str, kind: str) -> None:
                if not is_counting:
                    raise fake_pb_utils.TritonModelException("metrics are off")
                super().__init__(name, description, kind)
                endpoint.kinds[name] = kind

            def Metric(  # noqa: N802
                self, labels: Mapping[str, str], buckets: list[float] | None = None
            ) -> fake_pb_utils.Metric:
                made = super().Metric(labels, buckets)
                endpoint.metrics[self.name] = made
                endpoint.all.append((self.name, made))
                return made

        names = {name: getattr(fake_pb_utils, name) for name in dir(fake_pb_utils)}
        self.module: Any = SimpleNamespace(**{**names, "MetricFamily": MetricFamily})

    def value(self, name: str, **labels: str) -> float:
        """The sum of all series of that name with these labels."""
        found = [
            metric.value
            for known, metric in self.all
            if known == name and labels.items() <= metric.labels.items()
        ]
        return sum(found)
