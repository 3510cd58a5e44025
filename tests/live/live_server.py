"""A real tritonserver of the mini profile for tests."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from s3_server import S3

from wordlight.contract import SUBTITLES, VOICES, Deployment, Placement
from wordlight.logs import Line
from wordlight.manifest import load_manifest
from wordlight.serving import Ports, Server, TritonServer
from wordlight.weights import bring

READY_WITHIN_S = 600.0


@dataclass(frozen=True)
class Live:
    """A running server: gRPC, HTTP and metrics addresses, its volume, the S3 that it publishes to,
    and the lines of its log so far.

    The bucket ``films`` is there and allowed, ``gone`` is allowed and not there.
    """

    grpc: str
    http: str
    metrics: str
    volume: Path
    s3: S3
    lines: list[Line]


def free_ports() -> Ports:
    sockets = [socket.socket() for _ in range(3)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return Ports(*ports)


def share_compiled(volume: Path) -> None:
    """Lets the servers of a volume keep what they compile where all tests find it."""
    folder = volume / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    if (compiled := os.environ.get("NUMBA_CACHE_DIR")) and not (folder / "numba").exists():
        Path(compiled).mkdir(parents=True, exist_ok=True)
        (folder / "numba").symlink_to(compiled)


def mini_server(volume: Path, **changes: str) -> Server:
    """A server of the mini profile, not started yet."""
    threads = os.cpu_count() or 1
    share_compiled(volume)
    bring(load_manifest("mini"), volume)
    deployment = Deployment(
        Placement.CPU,
        environment=sys.prefix,
        parameters={
            "PROFILE": "mini", "VOLUME": str(volume), "THREADS": str(threads), **changes,
        },
    )  # fmt: skip
    return Server(
        TritonServer.find(), deployment, free_ports(), threads=threads,
        cache=volume / "cache",
    )  # fmt: skip


def small_server(volume: Path) -> Server:
    """A server of the subtitles, which are needed, and the voices, which are not."""
    one = mini_server(volume)
    one.models, one.ports = (SUBTITLES, VOICES), Ports(0, 0, 0)
    return one
