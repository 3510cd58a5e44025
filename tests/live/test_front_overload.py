"""Four times as much as the server can do, open loop: what is too much is refused at once, what is
let in is done about when it was expected, and no process grows."""

from __future__ import annotations

import json
import os
import statistics
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from front_process import FrontDoor, front_door
from live_server import Live
from served import Held, held_under

from wordlight.contract import F5_TTS

TIMES = 4
SCRIPT = "The river runs past the mill, and the miller counts his sacks of flour again."
BODY = json.dumps(
    {"inputs": [{"name": "TEXT", "shape": [1, 1], "datatype": "BYTES", "data": [SCRIPT]}]}
).encode()
REFUSED_WITHIN_S, LATE = 0.05, 1.5
MOST_LATE = 0.05
"""The part of the accepted requests that may be late. A request that came to an idle server was
expected to have it for itself, and shares it with all that came just after."""
WATCHED, MOST_GROWTH = {"front", "tritonserver", F5_TTS.name}, 0.03


@dataclass
class Flood:
    """Requests that are sent to one address at a steady pace, however many are not answered yet."""

    url: str
    client: httpx.Client
    answers: list[tuple[int, float]] = field(default_factory=list)
    """Statuses, and the seconds that they took."""
    asking: list[threading.Thread] = field(default_factory=list)

    def ask(self) -> float:
        answer = self.client.post(self.url, content=BODY)
        took_s = answer.elapsed.total_seconds()
        self.answers.append((answer.status_code, took_s))
        return took_s

    def send(self, every_s: float, lasts_s: float) -> None:
        ends_s = time.monotonic() + lasts_s
        while time.monotonic() < ends_s:
            self.asking.append(threading.Thread(target=self.ask))
            self.asking[-1].start()
            time.sleep(every_s)

    def end(self) -> None:
        for one in self.asking:
            one.join()
        self.client.close()


def overload(live: Live, folder: Path, lasts_s: float, queued_s: float) -> None:
    with front_door(live, folder, queued_s=queued_s) as door:
        client = httpx.Client(
            trust_env=False, timeout=600, limits=httpx.Limits(max_connections=None)
        )
        flood = Flood(f"{door.url}/v2/models/{F5_TTS.name}/infer", client)
        every_s = statistics.median(flood.ask() for _ in range(4)) / TIMES
        flood.answers.clear()

        flood.send(every_s, lasts_s / 2)
        halfway = held_under(os.getpid())
        flood.send(every_s, lasts_s / 2)
        at_the_end = held_under(os.getpid())
        flood.end()
        metrics = httpx.get(f"{door.url}/metrics", trust_env=False).text
        assert_in_time(door, flood)

    assert_flat(halfway, at_the_end)
    assert "\nwordlight_front_waiting_seconds 0.0\n" in metrics


def assert_in_time(door: FrontDoor, flood: Flood) -> None:
    refused_s = [took_s for status, took_s in flood.answers if status == 429]
    answered = [line for line in door.lines(status=200, model=F5_TTS.name) if line["expected_s"]]
    answered = answered[-sum(status == 200 for status, _ in flood.answers) :]
    took = sorted(line["seconds"] / max(line["expected_s"], 0.1) for line in answered)
    n_late = sum(one > LATE for one in took)

    print(
        f"{len(answered)} answered, {len(refused_s)} refused, in "
        f"{statistics.median(refused_s) * 1e3:.1f} ms (median, as their callers saw it); taken of "
        f"what was expected: {statistics.median(took):.2f} (median), {took[-1]:.2f} (most), "
        f"{n_late} took more than {LATE}; the longest took "
        f"{max(line['seconds'] for line in answered):.0f} s"
    )
    assert {status for status, _ in flood.answers} == {200, 429}
    assert len(flood.answers) == len(flood.asking)
    assert statistics.median(refused_s) <= REFUSED_WITHIN_S
    assert n_late <= MOST_LATE * len(took)
    assert statistics.median(took) < LATE


def assert_flat(halfway: dict[int, Held], at_the_end: dict[int, Held]) -> None:
    growth = {
        one.name: at_the_end[pid].resident_bytes / one.resident_bytes - 1
        for pid, one in halfway.items()
        if one.name in WATCHED
    }
    print("resident memory, from half-way: ", {k: f"{100 * v:+.1f} %" for k, v in growth.items()})
    assert growth.keys() == WATCHED
    assert {name for name, grown in growth.items() if grown > MOST_GROWTH} == set()


@pytest.mark.alone
def test_for_a_few_seconds_what_is_too_much_is_refused_at_once(live: Live, tmp_path: Path) -> None:
    overload(live, tmp_path, lasts_s=10.0, queued_s=5.0)


@pytest.mark.slow
@pytest.mark.alone
def test_for_a_minute_what_is_too_much_is_refused_at_once(live: Live, tmp_path: Path) -> None:
    overload(live, tmp_path, lasts_s=60.0, queued_s=20.0)
