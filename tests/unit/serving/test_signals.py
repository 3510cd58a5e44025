from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from wordlight.serving import command
from wordlight.serving._signals import StopSignals


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def stop() -> Iterator[StopSignals]:
    with StopSignals() as signals:
        yield signals


def test_a_process_that_ends_by_itself_hands_on_its_status(stop: StopSignals) -> None:
    assert stop.outlast(subprocess.Popen([sys.executable, "-c", "exit(7)"])) == 7


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_work_under_way_is_interrupted(stop: StopSignals, number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)


def test_an_interrupt_that_was_lost_ends_the_waiting_all_the_same(
    stop: StopSignals, sleeper: subprocess.Popen[bytes]
) -> None:
    with suppress(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt):
        stop.outlast(sleeper)


def test_a_second_signal_does_not_disturb_the_ending(stop: StopSignals) -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)

    os.kill(os.getpid(), signal.SIGTERM)

    assert stop.asked


def test_afterwards_signals_mean_what_they_meant() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with StopSignals():
        assert signal.getsignal(signal.SIGTERM) != before

    assert signal.getsignal(signal.SIGTERM) == before


def test_a_command_that_will_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "COMMAND_ENDS_WITHIN_S", 0.2)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"

    with StopSignals() as stop:
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM)).start()
        started_s = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            command._call((sys.executable, "-c", deaf), "127.0.0.1:1", stop)

    assert time.monotonic() - started_s < 10.0
