"""A process that receives a signal to end does so completely, whenever the signal arrives."""

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
from still_server import StillServer

from wordlight.commands import running
from wordlight.serving import Board, Doors, FrontDoor, Keeper, StopSignals
from wordlight.serving._signals import undisturbed


@pytest.fixture
def stop() -> Iterator[StopSignals]:
    with StopSignals() as signals:
        yield signals


def test_a_pause_lasts_as_long_as_it_should(stop: StopSignals) -> None:
    began_s = time.monotonic()

    stop.pause(0.5)

    assert 0.5 <= time.monotonic() - began_s < 1.5


def test_a_signal_during_a_pause_ends_it(stop: StopSignals) -> None:
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
    began_s = time.monotonic()

    with pytest.raises(KeyboardInterrupt):
        stop.pause(30.0)

    assert time.monotonic() - began_s < 2.0


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_work_under_way_is_interrupted_and_the_status_is_a_shells(
    stop: StopSignals, number: signal.Signals, status: int
) -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)

    assert stop.exit_status == status


def test_a_closed_terminal_ends_nothing_under_nohup() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopSignals() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
        assert not stop.asked
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_an_interrupt_that_was_lost_ends_the_waiting_all_the_same(stop: StopSignals) -> None:
    with suppress(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt):
        stop.pause(60.0)


def test_a_second_signal_does_not_disturb_the_ending(stop: StopSignals) -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)

    assert not stop.is_urgent
    os.kill(os.getpid(), signal.SIGTERM)

    assert stop.asked
    assert stop.is_urgent


def test_the_first_of_two_signals_gives_the_status(stop: StopSignals) -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGHUP)
    os.kill(os.getpid(), signal.SIGTERM)

    assert stop.exit_status == 129


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_is_undisturbed_happens_as_a_whole_and_the_signal_comes_after_it(
    stop: StopSignals, number: signal.Signals
) -> None:
    done = []
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012, SIM117
        with undisturbed():
            os.kill(os.getpid(), number)
            done.append("inner")
            with undisturbed():
                done.append("innermost")
            time.sleep(0.05)
            done.append("last")

    assert done == ["inner", "innermost", "last"]
    assert stop.number == number


def test_a_signal_that_another_thread_receives_disturbs_as_little(stop: StopSignals) -> None:
    """The kernel hands a signal to any thread; Python lets the main one feel it all the same."""
    others = [threading.Thread(target=time.sleep, args=(0.5,)) for _ in range(4)]
    for other in others:
        other.start()
    done = []

    with pytest.raises(KeyboardInterrupt):  # noqa: PT012, SIM117
        with undisturbed():
            signal.pthread_kill(others[0].ident or 0, signal.SIGTERM)
            time.sleep(0.05)
            done.append("whole")

    assert done == ["whole"]


def test_undisturbed_leaves_the_handlers_as_they_were_and_ignored_signals_ignored() -> None:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with undisturbed():
        os.kill(os.getpid(), signal.SIGHUP)

    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    signal.signal(signal.SIGHUP, before[2])
    assert [signal.getsignal(number) for number in numbers] == before


def test_in_another_thread_nothing_needs_to_be_put_off() -> None:
    done: list[str] = []

    def work() -> None:
        with undisturbed():
            done.append("work")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert done == ["work"]


def test_a_process_that_is_being_started_is_known_before_the_signal_comes() -> None:
    """Signals come at every moment of a start; whatever was started is known each time."""
    for moment in range(25):
        started = None
        with StopSignals(), suppress(KeyboardInterrupt):
            with undisturbed():
                threading.Timer(moment / 5000, os.kill, (os.getpid(), signal.SIGTERM)).start()
                started = subprocess.Popen(["sleep", "60"])
            time.sleep(1.0)
        assert started is not None
        started.kill()
        started.wait()


def test_afterwards_signals_mean_what_they_meant() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with StopSignals():
        assert signal.getsignal(signal.SIGTERM) != before

    assert signal.getsignal(signal.SIGTERM) == before


def test_a_command_that_will_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "COMMAND_ENDS_WITHIN_S", 0.2)
    server = StillServer()
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"

    with StopSignals() as stop:
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM)).start()
        started_s = time.monotonic()
        keeper = Keeper(server, Board(), stop, door=FrontDoor("127.0.0.1", Doors(), Board()))
        status = running.call((sys.executable, "-c", deaf), keeper)

    assert status == 143
    assert time.monotonic() - started_s < 10.0
