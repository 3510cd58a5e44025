"""Calls to Triton's gRPC port on loopback. Messages stay bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from typing import Any

import grpc
import grpc.aio

SERVICE = "/inference.GRPCInferenceService/"
INFER, STREAM = "ModelInfer", "ModelStreamInfer"
SMALL_S, ENDS_WITHIN_S = 5.0, 5.0
"""How long the answer to a small question may take, and how long an ended stream is read on."""
OPTIONS = (
    ("grpc.enable_http_proxy", 0),
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    # A server that was started again is found at once.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 500),
)
Pairs = Sequence[tuple[str, str]]


class GrpcTriton:
    """A tritonserver behind the gRPC door. It is made within the event loop that uses it.

    Args:
        host: Its address, as a rule 127.0.0.1.
        port: Its gRPC port.
    """

    def __init__(self, host: str, port: int) -> None:
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._endings: set[asyncio.Task[None]] = set()
        self._channel = grpc.aio.insecure_channel(target, options=OPTIONS)

    async def close(self) -> None:
        """Ends the connection and all calls."""
        await self._channel.close()

    async def ask(self, method: str, message: bytes) -> bytes:
        """The answer to a small question.

        Raises:
            grpc.aio.AioRpcError: It is an error, or does not come in time.
        """
        answer: bytes = await self._unary(method)(message, timeout=SMALL_S)
        return answer

    async def infer(self, message: bytes, metadata: Pairs, within_s: float | None) -> bytes:
        """The answer to one ModelInferRequest. Whoever cancels this ends Triton's work.

        Raises:
            grpc.aio.AioRpcError: It is an error.
        """
        answer: bytes = await self._unary(INFER)(message, metadata=metadata, timeout=within_s)
        return answer

    async def stream(
        self, message: bytes, metadata: Pairs, within_s: float | None
    ) -> AsyncGenerator[bytes]:
        """The answers to one ModelInferRequest. Whoever leaves early ends Triton's work.

        Raises:
            grpc.aio.AioRpcError: The stream breaks off.
        """
        begin: Any = self._channel.stream_stream(f"{SERVICE}{STREAM}")
        call = begin(metadata=metadata, timeout=within_s)
        try:
            await call.write(message)
            await call.done_writing()
            while (part := await call.read()) is not grpc.aio.EOF:
                yield part
        except asyncio.InvalidStateError:  # the call ended before all was written
            raise _error(await call.code(), await call.details()) from None
        finally:
            if not call.done():
                self._end(call)

    def _end(self, call: Any) -> None:
        """Reads a stream on to its end, for some seconds, then cancels it.

        Triton keeps a stream for ever that is cancelled between its last answer and its end.
        """
        task = asyncio.create_task(_read_on(call))
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    def _unary(self, method: str) -> Any:
        return self._channel.unary_unary(f"{SERVICE}{method}")


async def _read_on(call: Any) -> None:
    try:
        with suppress(TimeoutError, grpc.RpcError, asyncio.InvalidStateError):
            async with asyncio.timeout(ENDS_WITHIN_S):
                while await call.read() is not grpc.aio.EOF:
                    pass
    finally:
        call.cancel()


def _error(code: Any, details: str) -> grpc.aio.AioRpcError:
    nothing = grpc.aio.Metadata()
    return grpc.aio.AioRpcError(code, nothing, nothing, details)
