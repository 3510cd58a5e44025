"""`wordlight serve` whose processes are killed or stopped: health is true, and it serves again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from live_server import free_ports
from traces import assert_nothing_is_left, processes_with, until
from two_models import said_until, serve
from wordlight_client import Client, Word

from wordlight.errors import NotServing, ServerError
from wordlight.serving._regions import SHARED_MEMORY

RED_WITHIN_S, FAILS_WITHIN_S, AGAIN_WITHIN_S, IDLE_END_S = 2.0, 2.0, 30.0, 2.0
N_WORDS = 20_000
"""So many words keep the model ``subtitles`` busy for a second."""


@dataclass
class Kept:
    """A running ``wordlight serve``."""

    process: subprocess.Popen[str]
    grpc: str
    ping_port: int
    state: Path

    def ping(self) -> tuple[int, dict[str, Any]]:
        """Status and reason that a load balancer gets."""
        connection = HTTPConnection("127.0.0.1", self.ping_port, timeout=2)
        try:
            connection.request("GET", "/ping")
            answer = connection.getresponse()
            body = answer.read()
            return answer.status, json.loads(body) if body else {}
        finally:
            connection.close()

    def until_ping(self, status: int, within_s: float) -> float:
        """The seconds until that status came."""
        return until(lambda: self.ping()[0] == status, within_s)

    def pid_of(self, model: str) -> int:
        (pid,) = processes_with(
            f"{self.state}/wordlight-{os.geteuid()}-0/models/{model}/1/model.py"
        )
        return pid

    def triton(self) -> int:
        folder = f"--model-repository={self.state}/wordlight-{os.geteuid()}-0/models"
        (pid,) = [
            pid
            for pid in processes_with(folder)
            if "tritonserver" in Path(f"/proc/{pid}/exe").resolve().name
        ]
        return pid


@pytest.fixture
def kept(volume: Path, state: Path) -> Iterator[Kept]:
    port = free_ports().http
    process = serve(volume, "--ping-port", str(port))
    said = said_until(process, "HTTP http://")
    found = re.search(r"gRPC (\S+)", said)
    assert found
    yield Kept(process, found[1], port, state)
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
    process.communicate(timeout=60)
    assert_nothing_is_left(state)


def caption(url: str, outcome: list[object]) -> None:
    """Keeps the model ``subtitles`` busy, and notes what came of it."""
    words = [Word(f"word{n}", 0.4 * n, 0.4 * n + 0.3) for n in range(N_WORDS)]
    with Client(url) as client:
        try:
            outcome.append(client.subtitle(words))
        except ServerError as error:
            outcome.append(error)


def serves(url: str) -> bool:
    with suppress(ServerError), Client(url) as client:
        return bool(client.voices())
    return False


@pytest.mark.parametrize(
    ("whom", "how", "why"),
    [
        ("subtitles", signal.SIGKILL, "the process of subtitles ended while it served: it was kil"),
        ("voices", signal.SIGSTOP, "the process of voices is stopped (SIGSTOP)"),
        ("tritonserver", signal.SIGKILL, "tritonserver ended while it served: it was killed"),
        pytest.param(
            "tritonserver",
            signal.SIGSTOP,
            "tritonserver is stopped (SIGSTOP)",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_whatever_breaks_turns_health_red_with_the_reason_and_it_serves_again(
    kept: Kept, whom: str, how: signal.Signals, why: str
) -> None:
    assert kept.ping()[0] == 200
    outcome: list[object] = []
    caller = Thread(target=caption, args=[kept.grpc, outcome])
    caller.start()
    time.sleep(0.5)

    os.kill(kept.triton() if whom == "tritonserver" else kept.pid_of(whom), how)
    red_s = kept.until_ping(503, 10.0)
    told = kept.ping()[1]
    caller.join(30.0)
    again_s = kept.until_ping(200, 60.0)

    print(f"{how.name} of {whom}: red after {red_s:.2f} s, serving again {again_s:.1f} s later")
    assert red_s < RED_WITHIN_S
    assert told["phase"] == "sick"
    assert told["sentence"].startswith(why)
    assert told["remedy"]
    assert not caller.is_alive()
    assert isinstance(outcome[0], ServerError)
    assert again_s < AGAIN_WITHIN_S
    assert serves(kept.grpc)


def test_what_is_in_flight_fails_at_once_with_an_error_of_ours(kept: Kept) -> None:
    outcome: list[object] = []
    caller = Thread(target=caption, args=[kept.grpc, outcome])
    caller.start()
    time.sleep(0.5)

    os.kill(kept.pid_of("voices"), signal.SIGKILL)
    began_s = time.monotonic()
    caller.join(30.0)

    assert time.monotonic() - began_s < FAILS_WITHIN_S
    assert isinstance(outcome[0], ServerError)
    assert outcome[0].code == "NOT_SERVING"
    kept.until_ping(200, 60.0)


@pytest.mark.slow
def test_broken_again_and_again_it_gives_up_loudly_and_leaves_nothing(kept: Kept) -> None:
    regions = set(SHARED_MEMORY.glob("wordlight-*"))
    for _ in range(8):
        kept.until_ping(200, 60.0)
        os.kill(kept.pid_of("voices"), signal.SIGKILL)
        with suppress(OSError):  # it has given up
            kept.until_ping(503, 10.0)
            assert len(set(SHARED_MEMORY.glob("wordlight-*"))) <= len(regions)

    said = kept.process.communicate(timeout=30)[0]
    assert kept.process.returncode == 1
    assert "SERVER_FAILED the server broke 8 times within 10 minutes and is given up" in said
    assert said.count("READY") == 7


@pytest.mark.parametrize("is_broken", [False, True])
def test_an_idle_or_broken_server_ends_within_two_seconds(kept: Kept, is_broken: bool) -> None:
    if is_broken:
        os.kill(kept.pid_of("subtitles"), signal.SIGSTOP)

    began_s = time.monotonic()
    kept.process.terminate()
    kept.process.wait(60)
    took_s = time.monotonic() - began_s

    print(f"SIGTERM, {'broken' if is_broken else 'idle'}: ended after {took_s:.2f} s")
    assert took_s < IDLE_END_S
    assert kept.process.returncode == 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_the_front_door_opens_with_the_start_and_again_if_it_breaks(
    volume: Path, state: Path, how: signal.Signals
) -> None:
    process = serve(volume)
    found = re.search(r"HTTP http://127.0.0.1:(\d+)", said_until(process, "HTTP http://"))
    assert found
    port = int(found[1])
    door = Kept(process, "", port, state)
    statuses = [door.ping()[0]]
    (pid,) = processes_with(f"{state}/wordlight-{os.geteuid()}-0/front.json")

    began_s = time.monotonic()
    os.kill(pid, how)
    said_until(process, "READY again")
    print(f"{how.name}: the front door answers again after {time.monotonic() - began_s:.1f} s")
    statuses.append(door.ping()[0])
    with Client(f"http://127.0.0.1:{port}") as client:
        voices = client.voices()
    os.kill(door.pid_of("voices"), signal.SIGKILL)
    door.until_ping(503, 10.0)
    reason = door.ping()[1]
    with Client(f"http://127.0.0.1:{port}") as client, pytest.raises(NotServing):
        client.voices()
    door.until_ping(200, 60.0)
    process.terminate()

    assert process.communicate(timeout=60)[0]
    assert process.returncode == 0
    assert statuses == [200, 200]
    assert voices
    assert reason["sentence"].startswith("the process of voices ended while it served")
    assert_nothing_is_left(state)


def test_while_it_ends_health_is_red_and_what_is_in_flight_completes(kept: Kept) -> None:
    outcome: list[object] = []
    callers = [Thread(target=caption, args=[kept.grpc, outcome]) for _ in range(3)]
    for caller in callers:
        caller.start()
    time.sleep(0.7)

    kept.process.terminate()
    kept.until_ping(503, 2.0)
    assert kept.ping()[1]["phase"] == "draining"
    for caller in callers:
        caller.join(60.0)

    assert [isinstance(each, Exception) for each in outcome] == [False] * 3, outcome
    assert kept.process.wait(60) == 0
