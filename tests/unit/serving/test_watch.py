"""A server whose processes end, stop or stand still is seen to be sick, with the reason."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wordlight.serving import _watch
from wordlight.serving._draining import drain
from wordlight.serving._log import ServerLog
from wordlight.serving._trouble import Trouble
from wordlight.serving._watch import Watch

SERVER = """
import os, subprocess, sys, time
stub = '''
import os, sys, time
from pathlib import Path
from wordlight.pulses import Beating
beating = Beating(Path(sys.argv[2]))
beating.count(int(sys.argv[3]))
time.sleep(60)
'''
for model, pulses, n in (("f5_tts", sys.argv[1], "2"), ("subtitles", sys.argv[1], "1")):
    subprocess.Popen([sys.executable, "-c", stub, f"/s/models/{model}/1/model.py", pulses, n])
time.sleep(60)
"""
LOOK_EVERY_S = 0.1

Started = tuple[Watch, Callable[[str], int]]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Started]:
    """A watch of a server with two models, and the process number of each."""
    pulses = tmp_path / "pulses"
    (tmp_path / "log").touch()
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(pulses)], start_new_session=True)
    until_s = time.monotonic() + 20
    while len(list(pulses.glob("*")) if pulses.is_dir() else []) < 2:
        assert time.monotonic() < until_s
        time.sleep(0.05)
    watch = Watch(server, ServerLog(tmp_path / "log"), pulses)
    pids = {model: pid for pid, model in watch._models.items()}
    yield watch, pids.__getitem__
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def looks_for(watch: Watch, most_s: float) -> tuple[Trouble | None, float]:
    """The first trouble, and how long it took to be seen."""
    began_s = time.monotonic()
    while (waited_s := time.monotonic() - began_s) < most_s:
        if trouble := watch.look(LOOK_EVERY_S):
            return trouble, waited_s
        time.sleep(LOOK_EVERY_S)
    return None, most_s


def test_a_healthy_server_is_left_in_peace(served: Started) -> None:
    watch, _ = served

    assert looks_for(watch, 3.0)[0] is None


@pytest.mark.parametrize("model", ["f5_tts", "subtitles"])
def test_a_killed_stub_is_named_within_two_seconds(served: Started, model: str) -> None:
    watch, pid_of = served
    os.kill(pid_of(model), signal.SIGKILL)

    trouble, after_s = looks_for(watch, 5.0)

    assert trouble is not None
    assert f"the process of {model} ended while it served: it was killed (SIGKILL)" in trouble.why
    assert after_s < 2.0


def test_a_stopped_stub_is_named_within_two_seconds(served: Started) -> None:
    watch, pid_of = served
    os.kill(pid_of("f5_tts"), signal.SIGSTOP)

    trouble, after_s = looks_for(watch, 5.0)

    assert trouble is not None
    assert trouble.why == "the process of f5_tts is stopped (SIGSTOP)"
    assert after_s < 2.0


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (signal.SIGKILL, "tritonserver ended while it served: it was killed (SIGKILL)"),
        (signal.SIGSEGV, "tritonserver ended while it served: it was ended by SIGSEGV"),
        (signal.SIGSTOP, "tritonserver is stopped (SIGSTOP)"),
    ],
)
def test_so_is_the_server_itself(served: Started, number: signal.Signals, why: str) -> None:
    watch, _ = served
    watch.server.send_signal(number)

    trouble, after_s = looks_for(watch, 5.0)

    assert trouble is not None
    assert trouble.why.startswith(why)
    assert after_s < 2.0


def test_a_process_that_was_stopped_for_a_moment_is_left_in_peace(served: Started) -> None:
    watch, pid_of = served
    os.kill(pid_of("f5_tts"), signal.SIGSTOP)
    watch.look(LOOK_EVERY_S)
    os.kill(pid_of("f5_tts"), signal.SIGCONT)

    assert looks_for(watch, 1.5)[0] is None


def test_a_process_whose_interpreter_hangs_is_sick_though_it_runs(
    served: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file of its pulse stays as it is: nothing else shows such a fault."""
    watch, pid_of = served
    monkeypatch.setattr(_watch, "STILL_FOR_S", 1.0)
    (watch.pulses / str(pid_of("f5_tts"))).rename(watch.pulses / "old")
    (watch.pulses / str(pid_of("f5_tts"))).write_bytes((watch.pulses / "old").read_bytes())

    trouble, _ = looks_for(watch, 5.0)

    assert trouble is not None
    assert trouble.why == "the process of f5_tts has done nothing for 1 s"


def test_a_machine_that_slept_makes_nobody_sick(served: Started) -> None:
    watch, _ = served
    watch.look(LOOK_EVERY_S)

    assert watch.look(3_600.0) is None


def test_what_is_in_flight_is_counted_by_model(served: Started) -> None:
    watch, _ = served

    assert watch.in_flight() == 3
    assert watch.in_flight_by_model() == {"f5_tts": 2, "subtitles": 1}


def set_in_flight(watch: Watch, pids: list[int], n: int) -> None:
    """Ends the processes' own reports, and reports this in their place."""
    for pid in pids:
        file = watch.pulses / str(pid)
        written = bytearray(file.read_bytes())
        written[8:] = n.to_bytes(8, "little")
        (watch.pulses / "new").write_bytes(written)
        (watch.pulses / "new").replace(file)


def test_draining_waits_for_what_is_in_flight_and_no_longer(
    served: Started, tmp_path: Path
) -> None:
    watch, pid_of = served
    pids = [pid_of("f5_tts"), pid_of("subtitles")]
    began_s = time.monotonic()

    assert not drain(watch, tmp_path, within_s=1.0)
    waited_s = time.monotonic() - began_s
    set_in_flight(watch, pids, 0)
    began_s = time.monotonic()
    assert drain(watch, tmp_path, within_s=30.0)

    assert 1.0 <= waited_s < 2.0
    assert time.monotonic() - began_s < 1.5
    assert (tmp_path / "ending").exists()


def test_nobody_waits_for_a_server_that_breaks_while_it_is_drained(
    served: Started, tmp_path: Path
) -> None:
    watch, pid_of = served
    os.kill(pid_of("f5_tts"), signal.SIGKILL)
    began_s = time.monotonic()

    assert not drain(watch, tmp_path, within_s=30.0)
    assert time.monotonic() - began_s < 2.0


def test_who_hurries_does_not_wait(served: Started, tmp_path: Path) -> None:
    watch, _ = served
    began_s = time.monotonic()

    assert not drain(watch, tmp_path, within_s=30.0, hurries=lambda: True)
    assert time.monotonic() - began_s < 0.5
