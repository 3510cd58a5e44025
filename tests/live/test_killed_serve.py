"""`wordlight serve` is killed with SIGKILL: nothing of it lives on or is in the next one's way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from live_server import free_ports, share_compiled
from served import Served, begin, regions
from test_kept import caption
from traces import assert_nothing_is_left, ownerless_regions, processes_with, until
from two_models import SERVE_TWO_MODELS

from wordlight.errors import ServerError
from wordlight.serving._unpacked import unpacked

GONE_WITHIN_S, READY_WITHIN_S = 3.0, 30.0
LONG = "The river runs past the mill, and the miller counts his sacks of flour again. " * 20


def pid_of(one: Served, model: str) -> int:
    (pid,) = processes_with(f"{one.state}/wordlight-{os.geteuid()}-0/models/{model}/1/model.py")
    return pid


def nothing(one: Served) -> None:
    """It is idle."""


def asked(one: Served) -> None:
    """A model is in the middle of a request."""
    Thread(target=caption, args=[one.grpc, []]).start()
    until(lambda: one.in_flight().get("subtitles"), 10.0)


def asked_and_stopped(one: Served) -> None:
    """A model is in the middle of a request, and its process is stopped."""
    asked(one)
    os.kill(pid_of(one, "subtitles"), signal.SIGSTOP)


def all_stopped(one: Served) -> None:
    """Every process is stopped, those of the front door and of Triton too."""
    for pid in processes_with(one.state):
        os.kill(pid, signal.SIGSTOP)


def assert_it_goes_and_the_next_one_serves(
    one: Served, volume: Path, what: str, gone_within_s: float = GONE_WITHIN_S
) -> None:
    """Kills it, and starts it again at the same ports as soon as it is gone."""
    http, grpc = (address.rpartition(":")[2] for address in (one.http, one.grpc))
    pids = set(one.processes())

    one.process.kill()
    one.process.wait()
    gone_s = until(
        lambda: not any(is_alive(pid) for pid in pids) and not processes_with(one.state),
        gone_within_s,
    )
    began_s = time.monotonic()
    again = begin(volume, one.state, "--http-port", http, "--grpc-port", grpc, is_small=True)
    ready_s = time.monotonic() - began_s

    print(f"{what}: all gone after {gone_s:.2f} s, the next one ready after {ready_s:.1f} s")
    assert (again.http, again.grpc) == (one.http, one.grpc)
    assert [folder.name for folder in one.state.iterdir()] == [f"wordlight-{os.geteuid()}-0"]
    assert not ownerless_regions()
    for protocol in ("grpc", "http"):
        with again.client(protocol) as client:
            assert client.voices()
    again.process.terminate()
    assert again.process.wait(60) == 0
    assert_nothing_is_left(one.state)


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that waits for its reaper does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.alone
@pytest.mark.parametrize(
    "happens",
    [nothing, pytest.param(asked, marks=pytest.mark.slow), asked_and_stopped,
     pytest.param(all_stopped, marks=pytest.mark.slow)],
)  # fmt: skip
def test_nothing_of_it_lives_on_and_the_next_one_has_its_ports_and_its_folder(
    volume: Path, state: Path, happens: Callable[[Served], None]
) -> None:
    folders, shared = unpacked(), regions().keys()
    one = begin(volume, state, is_small=True)
    happens(one)

    assert_it_goes_and_the_next_one_serves(one, volume, happens.__name__)

    assert unpacked() <= folders
    assert regions().keys() <= shared


@pytest.mark.alone
def test_killed_while_its_models_load_it_leaves_nothing_either(volume: Path, state: Path) -> None:
    folders, ports = unpacked(), free_ports()
    share_compiled(volume)
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE_TWO_MODELS, "--models", "mini", "--volume", str(volume),
         "--http-port", str(ports.http), "--grpc-port", str(ports.grpc), "--metrics-port", "0"],
        start_new_session=True,
    )  # fmt: skip
    one = Served(process, f"127.0.0.1:{ports.http}", f"127.0.0.1:{ports.grpc}", state, state)
    until(lambda: processes_with(f"{state}/wordlight-{os.geteuid()}-0/models/voices"), 30.0)

    assert_it_goes_and_the_next_one_serves(one, volume, "while it loads")

    assert unpacked() <= folders


@pytest.mark.slow
@pytest.mark.alone
def test_the_whole_profile_goes_while_it_speaks(volume: Path, state: Path) -> None:
    folders = unpacked()
    one = begin(volume, state)
    callers = [Thread(target=speak, args=[one, protocol]) for protocol in ("grpc", "http")]
    for caller in callers:
        caller.start()
    until(lambda: one.in_flight().get("f5_tts", 0) == 2, 30.0)

    assert_it_goes_and_the_next_one_serves(one, volume, "in the middle of speech")

    for caller in callers:
        caller.join(30.0)
        assert not caller.is_alive()
    assert unpacked() <= folders


def speak(one: Served, protocol: str) -> None:
    """Asks for a long text, and is told that the server is gone."""
    with one.client(protocol) as client, pytest.raises(ServerError):
        client.narrate(LONG)
