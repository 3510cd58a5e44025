"""A pull that is killed anywhere leaves nothing corrupt in sight and little to fetch again."""

from __future__ import annotations

import hashlib
import random
import signal
import time
from pathlib import Path

import pytest
from s3_cases import NET, PART, SIZE, entry, pull, pull_elsewhere, put, visible
from s3_wire import Wire

from wordlight.weights._blobs import READY

FILES = NET
TOTAL = SIZE + 3000
RATE_BYTES_S = 8e6
IN_FLIGHT_BYTES = 4 * 64 * 1024
"""What the proxy had sent and the killed process never received: four connections' socket buffers,
and the answers' headers."""


def killed_pull(volume: Path, wire: Wire, after_bytes: int) -> None:
    """A pull in a process of its own, killed when so many bytes have come."""
    process = pull_elsewhere(volume)
    wire.then_at_bytes = after_bytes
    wire.then = lambda: process.send_signal(signal.SIGKILL)
    process.wait(60)
    wire.then_at_bytes = 0
    time.sleep(0.05)  # the proxy's threads see the closed connections


def nothing_corrupt_is_visible(volume: Path) -> None:
    for path, data in visible(volume).items():
        assert data == FILES[path], path
    for blob in (volume / "blobs").glob("[0-9a-f]*"):
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
    if (volume / "models/tiny/r1" / READY).exists():
        assert visible(volume) == FILES


def kill_and_resume(bucket: Path, wire: Wire, volume: Path, seed: int) -> int:
    """Kills a pull and resumes it; returns how many bytes went over the wire twice."""
    put(bucket, FILES)
    wire.mend()
    wire.rate_bytes_s = RATE_BYTES_S
    killed_pull(volume, wire, random.Random(seed).randrange(1, TOTAL))
    nothing_corrupt_is_visible(volume)

    pull(entry(FILES), volume)

    nothing_corrupt_is_visible(volume)
    assert visible(volume) == FILES
    assert [p for p in (volume / "blobs/.unfinished").rglob("*") if p.is_file()] == []
    return wire.n_down_bytes - TOTAL


@pytest.mark.timeout(120)
def test_killed_at_ten_points(bucket: Path, wire: Wire, tmp_path: Path) -> None:
    again = [kill_and_resume(bucket, wire, tmp_path / str(n), seed=n) for n in range(10)]

    print(f"bytes fetched again, of {TOTAL}: {sorted(again)}")
    assert max(again) <= PART + IN_FLIGHT_BYTES


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_killed_at_a_hundred_points(bucket: Path, wire: Wire, tmp_path: Path) -> None:
    again = [kill_and_resume(bucket, wire, tmp_path / str(n), seed=n) for n in range(100, 200)]

    print(f"bytes fetched again, of {TOTAL}: {sorted(again)}")
    assert max(again) <= PART + IN_FLIGHT_BYTES


@pytest.mark.timeout(120)
def test_a_pull_killed_again_and_again_arrives(bucket: Path, wire: Wire, volume: Path) -> None:
    put(bucket, FILES)
    wire.rate_bytes_s = RATE_BYTES_S
    for _ in range(3):
        wire.n_down_bytes = 0
        killed_pull(volume, wire, TOTAL // 3)
        nothing_corrupt_is_visible(volume)
    wire.n_down_bytes = 0

    pull(entry(FILES), volume)

    assert visible(volume) == FILES
    assert wire.n_down_bytes < TOTAL
