"""A trial of an environment: a server with one model, on loopback, sends tensors through a stub."""

from __future__ import annotations

from pathlib import Path

from wordlight.contract import SUBTITLES, Deployment, Placement
from wordlight.errors import ServerMissing
from wordlight.serving._ports import Ports
from wordlight.serving._start import Patience
from wordlight.serving._supervisor import Server
from wordlight.serving._tritonserver import TritonServer

LOAD_WITHIN_S = 180.0


def try_stub(environment: Path) -> str:
    """How the trial in that environment went, in words. Without a server nothing is tried.

    Raises:
        WrongPython, NumpyMismatch, ModelsFailed, ServerFailed, SelfTestFailed: A stub does not
            start there, or changes tensors.
    """
    try:
        triton = TritonServer.find()
    except ServerMissing as error:
        return f"not tried: {error}"
    server = Server(
        triton,
        Deployment(Placement.CPU, environment=str(environment)),
        ports=Ports(0, 0, 0),
        patience=Patience(load_s=LOAD_WITHIN_S),
        models=(SUBTITLES,),
    )
    with server:
        return f"known tensors came through a stub of tritonserver {triton.version} unchanged"
