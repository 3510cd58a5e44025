"""New starts are counted at the front door's metrics, and outlast what they count."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from traces import processes_with, until
from two_models import said_until, serve

AGAIN_WITHIN_S = 60.0


@dataclass
class Served:
    """A running ``wordlight serve`` with a front door."""

    url: str
    state: Path
    http: httpx.Client

    def value(self, name: str, **labels: str) -> float | None:
        """One sample; None if it is not there."""
        text = self.http.get(f"{self.url}/metrics").text
        found = [
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and sample.labels.items() >= labels.items()
        ]
        return found[0] if found else None

    def restarts(self, process: str, how: str) -> float | None:
        return self.value("wordlight_restarts_total", process=process, how=how)

    def kill(self, model: str) -> None:
        """Kills a model's process, and waits until the server serves again."""
        state = f"{self.state}/wordlight-{os.geteuid()}-0/models"
        (pid,) = processes_with(f"{state}/{model}/1/model.py")
        os.kill(pid, signal.SIGKILL)
        until(lambda: self.phase() == "sick", AGAIN_WITHIN_S)
        until(lambda: self.phase() == "serving", AGAIN_WITHIN_S)

    def phase(self) -> str:
        return str(self.http.get(f"{self.url}/health").json()["phase"])


@pytest.fixture
def served(volume: Path, state: Path) -> Iterator[Served]:
    process = serve(volume)
    said = said_until(process, "HTTP http://")
    found = re.search(r"HTTP (\S+)", said)
    assert found
    with httpx.Client(trust_env=False, timeout=10) as http:
        yield Served(found[1], state, http)
    process.terminate()
    try:
        process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def test_each_new_start_is_counted_once_by_the_model_that_broke(served: Served) -> None:
    first_load_s, started = (
        served.value(name)
        for name in ("wordlight_load_seconds", "wordlight_supervisor_start_time_seconds")
    )
    assert served.restarts("voices", "ended") == served.restarts("subtitles", "ended") == 0

    served.kill("voices")
    served.kill("subtitles")
    served.kill("voices")

    assert served.restarts("voices", "ended") == 2
    assert served.restarts("subtitles", "ended") == 1
    assert served.value("wordlight_supervisor_start_time_seconds") == started
    assert served.value("wordlight_phase", phase="serving") == 1
    load_s = served.value("wordlight_load_seconds")
    assert load_s is not None
    assert load_s != first_load_s
    assert 0.5 < load_s < AGAIN_WITHIN_S


def test_a_front_door_that_was_killed_counts_itself(served: Served) -> None:
    served.kill("voices")
    (front,) = processes_with(f"{served.state}/wordlight-{os.geteuid()}-0/front.json")

    os.kill(front, signal.SIGKILL)

    def is_counted() -> bool:
        try:
            return served.restarts("front", "ended") == 1
        except httpx.TransportError:
            return False

    until(is_counted, AGAIN_WITHIN_S)
    assert served.restarts("voices", "ended") == 1
