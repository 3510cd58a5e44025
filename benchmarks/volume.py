"""Measures how fast weights come over S3, and what hashing on the way and a warm volume save.

python benchmarks/volume.py --megabytes 256 --rate-mb-s 100

It uses a real S3 server (rclone) on loopback, behind a proxy that keeps to the given rate. A rate
of 0 means no limit.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from s3_server import environment, s3_server
from s3_wire import BUCKET, Wire

from wordlight.manifest import WeightEntry, WeightFile
from wordlight.weights import BlobStore, OrderedHash, Transfer, Watch, bring_entry


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=256)
    parser.add_argument("--rate-mb-s", type=float, default=0.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "s3"
        (root / BUCKET).mkdir(parents=True)
        with s3_server(root, etag_hash="") as server:
            measured(Path(folder), server.port, arguments)


def measured(folder: Path, port: int, arguments: argparse.Namespace) -> None:
    """Measures everything through a wire of the given rate."""
    wire = Wire(port)
    os.environ.update(environment(wire.url))
    wire.chunk_bytes = 1 << 20
    wire.rate_bytes_s = arguments.rate_mb_s * 1e6
    entry = make(folder / "s3" / BUCKET, arguments.megabytes * 1_000_000)
    measure(entry, folder, wire, arguments.rate_mb_s)


def make(bucket: Path, n_bytes: int) -> WeightEntry:
    """An entry with one object of random bytes."""
    data = np.random.default_rng(1).bytes(n_bytes)
    (bucket / "model.safetensors").write_bytes(data)
    file = WeightFile("model.safetensors", n_bytes, hashlib.sha256(data).hexdigest())
    return WeightEntry("bench", f"s3://{BUCKET}", "r1", (file,))


def measure(entry: WeightEntry, folder: Path, wire: Wire, rate_mb_s: float) -> None:
    """Prints the times of pulls by one, four and eight workers, with a cold and a warm volume."""
    n_bytes = entry.files[0].n_bytes or 0
    limit = f"{rate_mb_s:g} MB/s" if rate_mb_s else "none"
    print(f"{n_bytes / 1e6:.0f} MB, rate limit {limit}, {os.cpu_count()} cores")
    tails: list[float] = []
    timed_tail(tails)
    for workers in (1, 4, 8):
        store = BlobStore(folder / f"volume-{workers}")
        store.volume.mkdir()
        transfer = Transfer(part_bytes=16 << 20, workers=workers)
        bring = partial(bring_entry, entry, store, transfer)
        cold_s = seconds(partial(bring, Watch(), 60.0))
        wire.n_connections = 0
        warm_s = seconds(partial(bring, Watch(), 60.0))
        blob = store.blob(entry.files[0].sha256 or "")
        pass_s = seconds(partial(digest_of, blob))
        print(
            f"{workers} workers: cold {cold_s:.2f} s ({n_bytes / 1e6 / cold_s:.0f} MB/s), "
            f"hash left at the end {tails[-1]:.3f} s (a pass of its own: {pass_s:.2f} s), "
            f"warm {warm_s:.2f} s with {wire.n_connections} connections, "
            f"warm/cold {warm_s / cold_s:.2f}"
        )


def digest_of(file: Path) -> str:
    """The SHA-256 of a whole file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def timed_tail(tails: list[float]) -> None:
    """Makes every ordered hash record how long its result was waited for, in ``tails``."""
    result = OrderedHash.result

    def timed(self: OrderedHash) -> str:
        started_s = time.perf_counter()
        digest = result(self)
        tails.append(time.perf_counter() - started_s)
        return digest

    OrderedHash.result = timed  # type: ignore[method-assign]


def seconds(work: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    work()
    return time.perf_counter() - started_s


if __name__ == "__main__":
    main()
