"""`wordlight serve` as a person starts and stops it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest
from counters import Counters
from live_server import READY_WITHIN_S, free_ports, share_compiled
from traces import ownerless_regions
from wordlight_client import Client

from wordlight.contract import SpeechMeters
from wordlight.errors import ServerEnding
from wordlight.serving._ports import Ports

WORDLIGHT = str(Path(sys.executable).parent / "wordlight")


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One volume for all, so that code is compiled once."""
    folder = tmp_path_factory.mktemp("volume")
    share_compiled(folder)
    return folder


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the servers' state, so that what is left of it shows."""
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def leftovers(state: Path) -> set[str]:
    """What a server has left; the shared memory of servers that live is theirs."""
    return {path.name for path in state.glob("wordlight-*")} | set(ownerless_regions())


def serve(volume: Path, *then: str, ports: Ports | None = None) -> subprocess.Popen[str]:
    ports = ports or free_ports()
    return subprocess.Popen(
        [
            WORDLIGHT, "serve", "--models", "mini", "--volume", str(volume),
            "--http-port", str(ports.http), "--grpc-port", str(ports.grpc),
            "--metrics-port", str(ports.metrics), *then,
        ],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


TEXT = "The light had been there all night."


def narrate(url: str, number: int, words: list[int]) -> None:
    with Client(url) as client:
        words.append(len(client.narrate(f"Number {number}. {TEXT}", seed=number).words))


def stream(url: str, number: int, words: list[int]) -> None:
    with Client(url) as client:
        parts = client.narrate_stream(f"Number {number}. {TEXT}", seed=number)
        words.append(sum(len(part.words) for part in parts))


@pytest.mark.parametrize(
    "stop",
    [pytest.param(signal.SIGINT, id="Ctrl-C", marks=pytest.mark.slow),
     pytest.param(signal.SIGTERM, id="SIGTERM")],
)  # fmt: skip
def test_serving_says_ready_and_how_to_call_and_ends_when_all_in_flight_is_answered(
    volume: Path, state: Path, stop: signal.Signals
) -> None:
    before = leftovers(state)
    ports = free_ports()
    process = serve(volume, "--drain-timeout", "300", ports=ports)
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C stops it" in line:
            break
    url, narrated, streamed = f"127.0.0.1:{ports.grpc}", [], []
    callers = [Thread(target=narrate, args=[url, n, narrated]) for n in range(8)]
    callers += [Thread(target=stream, args=[url, n, streamed]) for n in (8, 9)]
    for caller in callers:
        caller.start()
    Counters(f"127.0.0.1:{ports.metrics}").wait_for(SpeechMeters.IN_WORK, lambda n: n >= 8)

    process.send_signal(stop)
    time.sleep(1.0)  # it takes no more work now
    with Client(url) as late, pytest.raises(ServerEnding):
        late.narrate("Too late.")
    for caller in callers:
        caller.join(120.0)
    said += process.communicate(timeout=60)[0]

    assert narrated == [9] * 8
    assert streamed == [9] * 2
    assert process.returncode == 0, said
    assert "READY in" in said
    assert "wordlight narrate" in said
    assert "curl http://127.0.0.1:" in said
    assert leftovers(state) <= before


def test_serving_until_a_command_ends_hands_on_its_status_and_the_addresses(
    volume: Path, state: Path
) -> None:
    before = leftovers(state)
    listens = (
        "import os, socket, sys, urllib.request as web; "
        "host, port = os.environ['WORDLIGHT_URL'].split(':'); "
        "socket.create_connection((host, int(port)), 5); "
        "assert web.urlopen(os.environ['WORDLIGHT_HTTP_URL'] + '/v2/health/ready').status == 200; "
        "metrics = web.urlopen(os.environ['WORDLIGHT_METRICS_URL']).read(); "
        "sys.exit(7 if b'nv_inference_count' in metrics else 8)"
    )

    process = serve(volume, "--", sys.executable, "-c", listens)
    said = process.communicate(timeout=READY_WITHIN_S)[0]

    assert process.returncode == 7, said
    assert leftovers(state) <= before


def test_a_taken_port_is_refused_at_once_by_name(volume: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [WORDLIGHT, "serve", "--volume", str(volume), "--http-port", str(port)],
            capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "COLUMNS": "200"},
        )  # fmt: skip

    assert done.returncode == 1
    assert f"PORT_TAKEN port {port} for HTTP is in use" in done.stderr
    assert "--http-port" in done.stderr


def test_ctrl_c_while_a_request_runs_waits_for_nobody(volume: Path) -> None:
    long = "One two three four five six seven eight nine ten. " * 30
    asks = (
        "import os; from wordlight_client import Client; print('ASKING', flush=True); "
        f"Client(os.environ['WORDLIGHT_URL']).narrate({long!r})"
    )
    ports = free_ports()
    process = serve(volume, "--", sys.executable, "-c", asks, ports=ports)
    assert process.stdout is not None
    for line in process.stdout:
        if "ASKING" in line:
            break
    Counters(f"127.0.0.1:{ports.metrics}").wait_for(SpeechMeters.IN_WORK, lambda n: n == 1)

    started_s = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    assert process.returncode == 130
    assert time.monotonic() - started_s < 8.0
