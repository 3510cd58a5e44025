"""The door for gRPC: which method is answered by what. All others do not exist."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio

from wordlight.errors import FrontUnusable, NoSuchRoute
from wordlight.front._attended import attended, catching, check_key
from wordlight.front._config import Limits
from wordlight.front._grpc_call import Call
from wordlight.front._grpc_descriptions import HEALTH, GrpcDescriptions, GrpcHealth
from wordlight.front._grpc_inference import GrpcInference
from wordlight.front._grpc_triton import INFER, SERVICE, STREAM, GrpcTriton
from wordlight.front._hall import Hall
from wordlight.front._visit import Visit

logger = logging.getLogger(__name__)

ENDS_WITHIN_S = 8.0
"""How long calls may go on when the door closes. The supervisor has drained the server before."""
IDLE_MS = 600_000
"""A connection without a call is closed after so long."""
SILENT_MS, ANSWERS_MS = 60_000, 20_000
"""A caller who says nothing for so long is asked whether it is there, and has so long to answer."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method that is served.

    Args:
        answer: Answers a call, or raises Refused or one of our errors.
        needs_key: Whether only callers with a key are let in.
        is_quiet: Whether its calls are neither logged nor counted.
    """

    answer: Callable[[Call, Visit], Awaitable[None]]
    needs_key: bool = True
    is_quiet: bool = False


class GrpcDoor(grpc.GenericRpcHandler):
    """Serves gRPC in Triton's place.

    Every method is taken as a stream of messages, so that a caller is known before the first
    message is read.

    Args:
        hall: What all doors share.
        methods: What is served, by its path.
        closing: Is set when the door closes.
    """

    def __init__(self, hall: Hall, methods: Mapping[str, Method], closing: asyncio.Event) -> None:
        self._hall, self._methods, self._closing = hall, methods, closing

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        """The handler of a call."""
        path = details.method
        method = self._methods.get(path)
        if method is None:
            method, path = Method(_nothing), "/another method"

        async def handle(_: Any, context: Any) -> None:
            await self._handle(method, path.rpartition("/")[2], context)

        return grpc.stream_stream_rpc_method_handler(handle)

    async def _handle(self, method: Method, name: str, context: Any) -> None:
        call = Call(context, self._hall.config.limits, self._closing)
        visit = Visit(call.metadata)
        # Each request of a stream is a visit of its own.
        is_quiet = method.is_quiet or name == STREAM
        is_inference = name == INFER
        with attended(
            self._hall, visit, f"gRPC {name}", is_quiet=is_quiet, is_inference=is_inference
        ):
            with catching(visit, grpc.aio.AbortError) as caught:
                if method.needs_key:
                    check_key(self._hall, visit)
                await method.answer(call, visit)
            if (refused := caught.refused) is not None:
                visit.note_refusal(refused)
                await call.end(refused, visit.request_id)


async def _nothing(call: Call, visit: Visit) -> None:
    raise NoSuchRoute("gRPC", "").reworded(
        "that method is not served here", "call one of the methods that docs/front.md lists"
    )


class GrpcServer:
    """The server of the gRPC door, which begins again if it ends by itself.

    grpcio's server for asyncio ends, with all its calls, at a method's path that is no UTF-8
    (``_server_main_loop`` in grpcio 1.85's server.pyx.pxi).

    Args:
        hall: What all doors share.
        address: The interface on which it listens.
        port: Its port; 0 means any free one, and becomes its number.
        triton: Triton's gRPC port.
    """

    def __init__(self, hall: Hall, address: str, port: int, triton: int) -> None:
        self.port = port
        self._address, self._limits = address, hall.config.limits
        self._closing = asyncio.Event()
        self._triton = GrpcTriton(hall.config.triton_address, triton)
        methods = _methods(hall, self._triton, self._closing)
        self._door = GrpcDoor(hall, methods, self._closing)
        self._server = self._new()

    def _new(self) -> grpc.aio.Server:
        options, most = _options(self._limits), self._limits.rpcs
        server = grpc.aio.server(options=options, maximum_concurrent_rpcs=most)
        server.add_generic_rpc_handlers((self._door,))
        self.port = _listen(server, self._address, self.port)
        return server

    async def keep(self) -> None:
        """Serves until it is closed."""
        while not self._closing.is_set():
            await self._server.start()
            with suppress(Exception):  # the fault that ended it
                await self._server.wait_for_termination()
            if not self._closing.is_set():
                logger.error("the server for gRPC ended; it begins again")
                self._server = self._new()

    async def close(self) -> None:
        """Ends it, after the calls in work; some seconds later at the latest."""
        self._closing.set()
        await self._server.stop(ENDS_WITHIN_S)
        await self._triton.close()


@asynccontextmanager
async def grpc_door(hall: Hall) -> AsyncIterator[GrpcServer | None]:
    """The server for gRPC, while it serves; None if no port is given for it.

    Raises:
        FrontUnusable: The address cannot be listened on.
    """
    config = hall.config
    if config.grpc_port is None or config.triton_grpc is None:
        yield None
        return
    server = GrpcServer(hall, config.address, config.grpc_port, config.triton_grpc)
    keeping = asyncio.create_task(server.keep())
    try:
        yield server
    finally:
        await server.close()
        await keeping


def _listen(server: grpc.aio.Server, address: str, port: int) -> int:
    where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    try:
        return int(server.add_insecure_port(where))
    except RuntimeError as error:
        why = f"it cannot listen on {where} for gRPC"
        raise FrontUnusable(why, "stop what listens there, or choose another port") from error


def _options(limits: Limits) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", limits.body_bytes),
        ("grpc.max_send_message_length", -1),
        ("grpc.max_metadata_size", limits.head_bytes),
        ("grpc.absolute_max_metadata_size", limits.head_bytes),
        ("grpc.compression_enabled_algorithms_bitset", 1),  # none: 1 MB may unpack to 384
        ("grpc.so_reuseport", 0),  # or a second server would share the port unnoticed
        ("grpc.max_connection_idle_ms", IDLE_MS),
        ("grpc.keepalive_time_ms", SILENT_MS),
        ("grpc.keepalive_timeout_ms", ANSWERS_MS),
        ("grpc.keepalive_permit_without_calls", 1),
    ]


def _methods(hall: Hall, triton: GrpcTriton, closing: asyncio.Event) -> dict[str, Method]:
    inference, about = GrpcInference(hall, triton), GrpcDescriptions(hall, triton)
    health = GrpcHealth(hall, closing)
    return {
        f"{HEALTH}Check": Method(health.check, needs_key=False, is_quiet=True),
        f"{HEALTH}Watch": Method(health.watch, needs_key=False, is_quiet=True),
        f"{SERVICE}ServerLive": Method(health.live, needs_key=False, is_quiet=True),
        f"{SERVICE}ServerReady": Method(health.ready, needs_key=False, is_quiet=True),
        f"{SERVICE}ServerMetadata": Method(about.server),
        f"{SERVICE}ModelReady": Method(about.is_ready),
        f"{SERVICE}ModelMetadata": Method(about.metadata),
        f"{SERVICE}ModelConfig": Method(about.configuration),
        f"{SERVICE}ModelStatistics": Method(about.statistics),
        f"{SERVICE}{INFER}": Method(inference.infer),
        f"{SERVICE}{STREAM}": Method(inference.stream),
    }
