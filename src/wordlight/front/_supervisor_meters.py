"""What the supervisor has counted, for Prometheus: the front door shows it while Triton is down."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from wordlight.condition import FRONT, TRITON, Breakdown, ConditionFile, Phase, Tally
from wordlight.contract import MODELS, ModelSpec

PROCESSES = (TRITON, FRONT, *(spec.name for spec in MODELS if isinstance(spec, ModelSpec)))
"""All values of the label ``process``."""


class SupervisorMeters(Collector):
    """The server's phase, and how often it was started again.

    Args:
        condition: How the server is.
    """

    def __init__(self, condition: ConditionFile) -> None:
        self._condition = condition

    def collect(self) -> Iterator[Metric]:
        """The families, as they are now."""
        now = self._condition.now()
        tally = self._condition.tally
        phases = GaugeMetricFamily(
            "wordlight_phase", "1 for the server's phase, 0 for the others", labels=["phase"]
        )
        for phase in Phase:
            phases.add_metric([phase.value], float(phase is now.phase))
        yield phases
        yield GaugeMetricFamily(
            "wordlight_phase_start_time_seconds", "when the phase began, since 1970", now.since
        )
        yield GaugeMetricFamily(
            "wordlight_supervisor_start_time_seconds",
            "when the supervisor started, since 1970; 0 if it is not known",
            tally.started,
        )
        yield GaugeMetricFamily(
            "wordlight_load_seconds",
            "how long the last start took until the server served",
            tally.load_s,
        )
        yield _restarts(tally)


def _restarts(tally: Tally) -> Metric:
    """Every process and every reason, from the first time: Prometheus sees only what grows."""
    family = CounterMetricFamily(
        "wordlight_restarts",
        "new starts of the server or of its front door, by the process that broke",
        labels=["process", "how"],
    )
    for process in PROCESSES:
        for how in Breakdown:
            n = tally.restarts.get(process, {}).get(how.value, 0)
            family.add_metric([process, how.value], n)
    return family
