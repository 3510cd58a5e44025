"""`wordlight serve` of two models takes any free ports, and ends whole, whatever ends it."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from traces import assert_nothing_is_left, ownerless_regions, processes_with, until
from wordlight_client import Client

from wordlight.serving import Server

pytestmark = pytest.mark.usefixtures("state")

SERVE_TWO_MODELS = """\
import functools, sys
import wordlight.commands.serve as command
from wordlight.contract import SUBTITLES, VOICES

command.Server = functools.partial(command.Server, models=(SUBTITLES, VOICES))
command.serve(sys.argv[1:])
"""
"""``wordlight serve`` as it is, with two models that load at once."""
GONE_WITHIN_S = 35.0
"""A stub whose server was killed notices after 30 s at most."""


def serve(volume: Path, *then: str) -> subprocess.Popen[str]:
    """``wordlight serve`` of two models on any free ports, in a session of its own."""
    ports = ["--http-port", "0", "--grpc-port", "0", "--metrics-port", "0"]
    return subprocess.Popen(
        [sys.executable, "-c", SERVE_TWO_MODELS, "--models", "mini", "--volume", str(volume),
         *ports, *then],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


def said_until(process: subprocess.Popen[str], word: str) -> str:
    """What it said, up to the line with that word."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if word in line:
            return said
    raise AssertionError(f"it never said {word!r}:\n{said}")


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
    assert ownerless_regions()
    with server:
        assert server.log_path.parent == state / f"wordlight-{os.geteuid()}-0"
        assert not ownerless_regions()
    assert_nothing_is_left(state)
