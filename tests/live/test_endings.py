"""`wordlight serve` of two models takes any free ports, and ends whole, whatever ends it."""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from traces import assert_nothing_is_left, ownerless_regions, processes_with, until
from two_models import said_until, serve
from wordlight_client import Client

from wordlight.serving import Server

pytestmark = pytest.mark.usefixtures("state")

GONE_WITHIN_S = 35.0
"""A stub whose server was killed notices after 30 s at most."""


def test_any_free_ports_are_taken_and_said(volume: Path, state: Path) -> None:
    process = serve(volume)
    said = said_until(process, "HTTP http://127.0.0.1:")
    http, grpc = said.split("HTTP http://")[1].split("   gRPC ")
    address = grpc.split()[0]

    with Client(address) as client:
        assert client.voices()
    assert not {http.rpartition(":")[2], address.rpartition(":")[2]} & {"0", "8000", "8001"}

    process.send_signal(signal.SIGTERM)
    said += process.communicate(timeout=60)[0]
    assert process.returncode == 0, said
    assert_nothing_is_left(state)


@pytest.mark.parametrize(
    ("number", "moment", "status"),
    [
        (signal.SIGINT, "verified", 130),
        (signal.SIGTERM, "starting tritonserver", 143),
        (signal.SIGHUP, "a stub", 129),
        (signal.SIGINT, "a stub", 130),
        (signal.SIGTERM, "the command", 143),
        (signal.SIGHUP, "the command", 129),
    ],
)
def test_a_signal_at_any_moment_ends_all_of_it(
    volume: Path, state: Path, number: signal.Signals, moment: str, status: int
) -> None:
    process = serve(volume, "--", "sleep", "61.7")
    waits_for: dict[str, Callable[[], object]] = {
        "a stub": lambda: until(
            lambda: processes_with(f"{state}/wordlight-{os.geteuid()}-0/models"), 30.0
        ),
        "the command": lambda: until(functools.partial(runs, process.pid, "61.7"), 30.0),
    }
    waits_for.get(moment, lambda: said_until(process, moment))()

    process.send_signal(number)
    said = process.communicate(timeout=60)[0]

    assert process.returncode == status, said
    assert "Traceback" not in said
    assert_nothing_is_left(state)


def runs(parent: int, word: str) -> bool:
    """Whether ``sleep`` runs with that word, as a child of that process."""
    for pid in processes_with(word):
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists() and pid != parent and "(sleep)" in stat.read_text():
            return True
    return False


def test_a_killed_supervisor_takes_everything_with_it_and_the_next_start_sweeps(
    volume: Path, state: Path, server: Server
) -> None:
    process = serve(volume, "--", "sleep", "62.7")
    until(functools.partial(runs, process.pid, "62.7"), 30.0)
    assert processes_with(f"{state}/wordlight-{os.geteuid()}-0/models")

    process.kill()
    process.wait()
    gone_s = until(lambda: not processes_with(state) and not processes_with("62.7"), GONE_WITHIN_S)
    print(f"all processes were gone after {gone_s:.1f} s")

    assert [folder.name for folder in state.iterdir()] == [f"wordlight-{os.geteuid()}-0"]
    until(ownerless_regions, 5.0)  # their owner may still be on its way out
    with server:
        assert server.log_path.parent == state / f"wordlight-{os.geteuid()}-0"
        assert not ownerless_regions()
    assert_nothing_is_left(state)
