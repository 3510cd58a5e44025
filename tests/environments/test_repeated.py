"""Servers that are interrupted, killed or started twice leave nothing, and the next one serves."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from place import (
    ANSWERED_WITHIN_S,
    REFUSED_WITHIN_S,
    SOMEBODY,
    Place,
    finish,
    of_somebody,
    serve_words,
    start,
    try_it,
)
from table import Table

pytestmark = pytest.mark.slow

GONE_WITHIN_S = 45.0
"""A tritonserver whose supervisor was killed finishes what it does; a load is not cut short."""
MOMENTS_S = (0.1, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 11.0, 15.0, 20.0)
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def test_killed_at_ten_moments_it_leaves_no_process_and_the_next_one_serves(
    place: Place, table: Table, compiled: Path
) -> None:
    place.compiled = compiled
    for index, moment_s in enumerate(MOMENTS_S):
        process = start(place, *serve_words(place))
        time.sleep(moment_s)
        _send(SIGNALS[index % len(SIGNALS)])
        process.communicate(timeout=GONE_WITHIN_S)
        _wait_until_gone()

    outcome = try_it(place)

    table.add("killed and interrupted at ten moments, then started again", outcome)
    assert outcome.has_answered, outcome.said
    assert not of_somebody()


def test_two_servers_started_at_once_in_one_checkout_both_serve(
    place: Place, table: Table, compiled: Path
) -> None:
    place.compiled = compiled
    started_s = time.monotonic()
    both = [start(place, *serve_words(place)) for _ in range(2)]

    outcomes = [finish(each, ANSWERED_WITHIN_S, started_s) for each in both]

    for outcome in outcomes:
        table.add("two at once", outcome)
        assert outcome.has_answered, outcome.said
    assert not of_somebody()


def test_one_beside_a_server_on_the_same_ports_says_who_holds_them(
    place: Place, table: Table, compiled: Path
) -> None:
    place.compiled = compiled
    volume = place.volume = place.path("volume")
    first = start(place, "./run", "serve", "--volume", str(volume))
    assert first.stdout is not None
    for line in first.stdout:
        if b"Ctrl-C stops it" in line:
            break

    started_s = time.monotonic()
    second = start(place, "./run", "serve", "--volume", str(volume))
    outcome = finish(second, ANSWERED_WITHIN_S, started_s)
    third = try_it(place)
    _send(signal.SIGTERM)
    first.communicate(timeout=GONE_WITHIN_S)

    table.add("beside a server on the same ports", outcome, "PORT_TAKEN")
    assert outcome.codes[-1] == "PORT_TAKEN", outcome.said
    assert "tritonserver (pid" in outcome.said
    assert outcome.took_s < REFUSED_WITHIN_S
    table.add("beside a server, on free ports", third)
    assert third.has_answered, third.said
    assert first.returncode == 0
    assert not of_somebody()


def _send(number: signal.Signals) -> None:
    """Sends a signal to the command that a person started, and not to what it started."""
    for process in _commands():
        os.kill(process, number)


def _commands() -> list[int]:
    listed = subprocess.run(
        ["pgrep", "-U", str(SOMEBODY), "-f", r"(run|wordlight) serve"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = [int(line) for line in listed.stdout.split()]
    return [pid for pid in found if _parent(pid) not in found]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _wait_until_gone() -> None:
    deadline_s = time.monotonic() + GONE_WITHIN_S
    while (left := [each for each in of_somebody() if not each.startswith("/dev/shm/")]) and (
        time.monotonic() < deadline_s
    ):
        time.sleep(0.2)
    assert not left
