"""The front door as a process: it listens, says where, and serves until it is told to end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from pathlib import Path

import uvicorn
from prometheus_client import disable_created_metrics

from wordlight.errors import FrontUnusable
from wordlight.front._app import application
from wordlight.front._config import FrontConfig
from wordlight.front._grpc_door import GrpcServer, grpc_door
from wordlight.front._hall import Hall
from wordlight.front._log import set_up
from wordlight.front._protocol import connection_type

logger = logging.getLogger(__name__)

BACKLOG = 512
KEEP_ALIVE_S = 60
BEAT_EVERY_S = 0.2
"""How often the file with the ports is touched, while the front door lives."""
ENDS_WITHIN_S = 8
"""How long requests may go on after SIGTERM. The supervisor has drained the server before."""


def serve(config: FrontConfig) -> None:
    """Serves until SIGTERM or SIGINT.

    Raises:
        FrontUnusable: The address cannot be listened on.
    """
    set_up(config.log_format)
    disable_created_metrics()  # type: ignore[no-untyped-call]
    listener = listen(config.address, config.port)
    asyncio.run(_serve(config, listener))


async def _serve(config: FrontConfig, listener: socket.socket) -> None:
    hall = Hall.of(config)
    server = uvicorn.Server(
        uvicorn.Config(
            application(hall),
            http=connection_type(config.limits),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=ENDS_WITHIN_S,
        )
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        # For the moment before uvicorn takes them, and for when it has ended and sends them again.
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    async with grpc_door(hall) as rpc:
        ports = [listener.getsockname()[1], *([] if rpc is None else [rpc.port])]
        if config.port_file is not None:
            write_whole(config.port_file, "".join(f"{port}\n" for port in ports))
        logger.info("the front door listens on %s, ports %s", config.address, ports)
        pulse = asyncio.create_task(_beat(config, server, rpc))
        await server.serve(sockets=[listener])
        await pulse


async def _beat(config: FrontConfig, server: uvicorn.Server, rpc: GrpcServer | None) -> None:
    """Shows the supervisor that the event loop runs; ends gRPC beside HTTP."""
    while not server.should_exit:
        if config.port_file is not None:
            config.port_file.touch()
        await asyncio.sleep(BEAT_EVERY_S)
    if rpc is not None:
        await rpc.close()


def listen(address: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        FrontUnusable: It cannot.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # asyncio switches Nagle's algorithm off only where the protocol is named: 40 ms a request.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        why = f"it cannot listen on {address}:{port} ({error.strerror})"
        raise FrontUnusable(why, "stop what listens there, or choose another port") from error
    return listener


def write_whole(path: Path, text: str) -> None:
    """Writes a file that nobody sees in part."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
