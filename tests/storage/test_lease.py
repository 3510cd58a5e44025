"""Only one worker at a time writes a part of the volume, whatever happens to the others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from wordlight.errors import LeaseHeld, LeaseLost
from wordlight.storage import Lease

HOLD = """
import sys, time
from pathlib import Path
from wordlight.storage import Lease
with Lease(Path(sys.argv[1])).held("pull f5_tts"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "leases/weights"


def holding(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the lease."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def elsewhere(path: Path) -> None:
    """Lets the newest lease look like one of another machine, whose processes we cannot see."""
    newest = max(file for file in path.iterdir() if file.name.isdecimal())
    fields = json.loads(newest.read_text())
    newest.write_text(json.dumps({**fields, "machine": "another", "host": "worker-2"}))


def test_a_lease_is_held_then_free(path: Path) -> None:
    with Lease(path).held("pull"):
        holder = Lease(path).holder()
        assert holder is not None
        assert (holder.pid, holder.purpose) == (os.getpid(), "pull")

    assert Lease(path).holder() is None


def test_who_holds_it_is_named(path: Path) -> None:
    other = holding(path)
    try:
        with (
            pytest.raises(LeaseHeld, match=rf"process {other.pid} on .* \(pull f5_tts, since 20"),
            Lease(path).held("prune", wait_s=0.0),
        ):
            pytest.fail("two held it")
    finally:
        other.kill()
        other.wait()


def test_a_killed_holders_lease_is_free_at_once(path: Path) -> None:
    other = holding(path)
    other.send_signal(signal.SIGKILL)
    other.wait()

    with Lease(path).held("pull", wait_s=0.0) as ours:
        ours.check()
        holder = Lease(path).holder()

    assert holder is not None
    assert holder.pid == os.getpid()


def test_a_silent_holder_elsewhere_is_taken_over_and_told(path: Path) -> None:
    with Lease(path, beat_s=60.0).held("pull") as old:
        elsewhere(path)
        started_s = time.monotonic()
        with Lease(path, stale_after_s=0.6).held("pull"):
            assert time.monotonic() - started_s > 0.5
            with pytest.raises(LeaseLost, match="took weights over"):
                old.check()


def test_a_beating_holder_is_waited_for(path: Path) -> None:
    told: list[str] = []
    with (
        Lease(path, beat_s=0.1).held("pull"),
        pytest.raises(LeaseHeld),
        Lease(path, stale_after_s=0.5).held("pull", wait_s=1.5, on_wait=told.append),
    ):
        pytest.fail("taken from one that lives")
    assert len(told) == 1
    assert f"which holds {path}" in told[0]


def test_an_owner_who_lost_it_does_not_release_the_next_ones(path: Path) -> None:
    first = Lease(path, beat_s=60.0)
    with first.held("pull"):
        elsewhere(path)
        second = Lease(path, stale_after_s=0.3).held("pull")
        second.__enter__()

    holder = Lease(path).holder()

    assert holder is not None
    second.__exit__(None, None, None)
    assert Lease(path).holder() is None


def test_thirty_contenders_are_never_two(path: Path) -> None:
    inside, most, entered = 0, 0, 0
    guard = threading.Lock()

    def work() -> None:
        nonlocal inside, most, entered
        with Lease(path).held("pull"):
            with guard:
                inside, entered = inside + 1, entered + 1
                most = max(most, inside)
            time.sleep(0.005)
            with guard:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (most, entered) == (1, 30)
    assert len([file for file in path.iterdir() if file.name.isdecimal()]) == 1
