"""A shell script that stands where tritonserver should, and its supervisor."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from wordlight.contract import Deployment, Placement
from wordlight.serving import Ports, Server, TritonServer
from wordlight.serving._start import Patience

AT_ONCE_S = 8.0
QUICK, PATIENT = Patience(load_s=30.0, still_s=0.5), Patience()


def free_ports(n_ports: int) -> list[int]:
    sockets = [socket.socket() for _ in range(n_ports)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports: list[int] = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def server(folder: Path, script: str, *, patience: Patience = PATIENT) -> Server:
    """A supervisor of a shell script that stands where tritonserver should."""
    install = folder / "server"
    install.mkdir()
    for name in ("libtriton_python.so", "triton_python_backend_utils.py", "stub"):
        (install / name).touch()
    binary = install / "tritonserver"
    binary.write_text(f"#!/bin/sh\necho $$ > {folder / 'pid'}\n{script}\n")
    binary.chmod(0o755)
    triton = TritonServer(binary, install, install / "stub", install, "2.60.0")
    return Server(
        triton,
        Deployment(Placement.CPU, environment=sys.prefix),
        Ports(*free_ports(3)),
        patience=patience,
    )


def is_running(folder: Path) -> bool:
    """Whether the process of that ``pid`` file lives; one that waits for its reaper does not."""
    stat = Path("/proc") / (folder / "pid").read_text().strip() / "stat"
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
