"""A tensor through a real stub in some environment: a server with one model, on loopback."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

from wordlight.contract import SUBTITLES, Deployment, Placement
from wordlight.errors import ServerMissing
from wordlight.serving._supervisor import Server
from wordlight.serving._tritonserver import Ports, TritonServer

READY_WITHIN_S = 180.0


def try_stub(environment: Path) -> str:
    """How the trial in that environment went, in words; not tried where there is no server.

    Raises:
        WrongPython, NumpyMismatch, ServerFailed, SelfTestFailed: A stub does not start there, or
            changes tensors.
    """
    try:
        triton = TritonServer.find()
    except ServerMissing as error:
        return f"not tried: {error}"
    server = Server(
        triton,
        Deployment(Placement.CPU, environment=str(environment)),
        ports=_free_ports(),
        ready_within_s=READY_WITHIN_S,
        models=(SUBTITLES,),
    )
    with server:
        return f"known tensors came through a stub of tritonserver {triton.version} unchanged"


def _free_ports() -> Ports:
    """Three ports where nobody listens now."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(3)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return Ports(*(probe.getsockname()[1] for probe in probes))
