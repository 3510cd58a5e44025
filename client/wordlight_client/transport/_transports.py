"""How tensors travel, over gRPC or HTTP, blocking or awaited: four thin transports, one interface.

tritonclient is imported when a transport is made, so that importing this package needs numpy only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any, Protocol

from wordlight.contract import Spec
from wordlight_client.transport import _streaming as streaming
from wordlight_client.transport._address import Address
from wordlight_client.transport._patience import Patience
from wordlight_client.transport._wire import (
    CONNECT_TIMEOUT_S,
    Headers,
    Tensors,
    edge,
    grpc_options,
    inputs,
    lower,
    outputs,
    tls,
)


class Transport(Protocol):
    """Sends one request and waits for its answer."""

    def infer(
        self, spec: Spec, tensors: Tensors, timeout_s: float | None, request_id: str
    ) -> Tensors:
        """Every output of the model by name.

        Raises:
            WordlightError: The server reports an error, or the connection fails.
        """

    def stream(
        self, spec: Spec, tensors: Tensors, patience: Patience, request_id: str
    ) -> Generator[Tensors]:
        """The answers of a model that sends many; closing the generator closes the connection.

        Raises:
            WordlightError: As for ``infer``; also if the connection breaks in the middle.
        """

    def is_ready(self, timeout_s: float | None) -> bool:
        """Whether the server reports that all its models are loaded.

        Raises:
            ServerError: The server does not answer.
        """

    def close(self) -> None:
        """Closes the connection."""


class AsyncTransport(Protocol):
    """``Transport``, awaited."""

    async def infer(
        self, spec: Spec, tensors: Tensors, timeout_s: float | None, request_id: str
    ) -> Tensors:
        """See ``Transport.infer``."""

    def stream(
        self, spec: Spec, tensors: Tensors, patience: Patience, request_id: str
    ) -> AsyncGenerator[Tensors]:
        """See ``Transport.stream``."""

    async def is_ready(self, timeout_s: float | None) -> bool:
        """See ``Transport.is_ready``."""

    async def close(self) -> None:
        """See ``Transport.close``."""


def connect(address: Address, headers: Headers) -> Transport:
    """The blocking transport for an address; it opens its connection with the first request."""
    kind = GrpcTransport if address.protocol == "grpc" else HttpTransport
    return kind(address, headers)


def connect_async(address: Address, headers: Headers) -> AsyncTransport:
    """The awaited transport for an address; make it inside the event loop that uses it."""
    kind = AsyncGrpcTransport if address.protocol == "grpc" else AsyncHttpTransport
    return kind(address, headers)


class _Transport:
    """The common part of all four: a module of tritonclient, and the arguments of its calls."""

    def __init__(self, triton: ModuleType, address: Address, headers: Headers) -> None:
        self._triton, self._address, self._headers = triton, address, dict(headers)

    def _arguments(self, spec: Spec, tensors: Tensors, request_id: str) -> dict[str, Any]:
        """The arguments of tritonclient's ``infer``."""
        return {
            "model_name": spec.name,
            "inputs": inputs(self._triton, spec, tensors),
            "request_id": request_id,
            "headers": dict(self._headers),
        }

    def _request(self, spec: Spec, tensors: Tensors, request_id: str) -> streaming.Request:
        """The request for a stream of answers."""
        return streaming.Request(self._address, self._headers, spec, tensors, request_id)


class _GrpcTransport(_Transport):
    """gRPC, blocking or awaited, with one channel for all calls."""

    def __init__(self, triton: ModuleType, address: Address, headers: Headers) -> None:
        super().__init__(triton, address, lower(headers))
        self._client = triton.InferenceServerClient(
            address.target, ssl=address.is_secure, channel_args=grpc_options(address)
        )


class GrpcTransport(_GrpcTransport):
    """Blocking gRPC, with one channel that several threads may use."""

    def __init__(self, address: Address, headers: Headers) -> None:
        import tritonclient.grpc

        super().__init__(tritonclient.grpc, address, headers)

    def infer(
        self, spec: Spec, tensors: Tensors, timeout_s: float | None, request_id: str
    ) -> Tensors:
        arguments = self._arguments(spec, tensors, request_id)
        with edge(self._address, timeout_s):
            result = self._client.infer(**arguments, client_timeout=timeout_s)
        return outputs(spec, result)

    def stream(
        self, spec: Spec, tensors: Tensors, patience: Patience, request_id: str
    ) -> Generator[Tensors]:
        return streaming.grpc_answers(self._request(spec, tensors, request_id), patience)

    def is_ready(self, timeout_s: float | None) -> bool:
        with edge(self._address, timeout_s):
            return bool(self._client.is_server_ready(self._headers, client_timeout=timeout_s))

    def close(self) -> None:
        self._client.close()


class HttpTransport(_Transport):
    """Blocking HTTP.

    Each call has a connection of its own, because tritonclient sets a time limit per client, not
    per call, and mixes up answers if threads share a client.
    """

    def __init__(self, address: Address, headers: Headers) -> None:
        import tritonclient.http

        super().__init__(tritonclient.http, address, headers)

    def infer(
        self, spec: Spec, tensors: Tensors, timeout_s: float | None, request_id: str
    ) -> Tensors:
        arguments = self._arguments(spec, tensors, request_id)
        with edge(self._address, timeout_s), self._client(timeout_s) as client:
            result = client.infer(**arguments)
        return outputs(spec, result)

    def stream(
        self, spec: Spec, tensors: Tensors, patience: Patience, request_id: str
    ) -> Generator[Tensors]:
        return streaming.http_answers(self._request(spec, tensors, request_id), patience)

    def is_ready(self, timeout_s: float | None) -> bool:
        with edge(self._address, timeout_s), self._client(timeout_s) as client:
            return bool(client.is_server_ready(dict(self._headers)))

    def close(self) -> None:
        """Does nothing: no connection is held between calls."""

    def _client(self, timeout_s: float | None) -> AbstractContextManager[Any]:
        connect_s = CONNECT_TIMEOUT_S if timeout_s is None else min(CONNECT_TIMEOUT_S, timeout_s)
        client: AbstractContextManager[Any] = self._triton.InferenceServerClient(
            self._address.target,
            connection_timeout=connect_s,
            network_timeout=timeout_s,
            **tls(self._address),
        )
        return client


class AsyncGrpcTransport(_GrpcTransport):
    """gRPC on asyncio."""

    def __init__(self, address: Address, headers: Headers) -> None:
        import tritonclient.grpc.aio

        super().__init__(tritonclient.grpc.aio, address, headers)

    async def infer(
        self, spec: Spec, tensors: Tensors, timeout_s: float | None, request_id: str
    ) -> Tensors:
        arguments = self._arguments(spec, tensors, request_id)
        with edge(self._address, timeout_s):
            result = await self._client.infer(**arguments, client_timeout=timeout_s)
        return outputs(spec, result)

    def stream(
        self, spec: Spec, tensors: Tensors, patience: Patience, request_id: str
    ) -> AsyncGenerator[Tensors]:
        return streaming.grpc_answers_async(self._request(spec, tensors, request_id), patience)

    async def is_ready(self, timeout_s: float | None) -> bool:
        with edge(self._address, timeout_s):
            ready = await self._client.is_server_ready(self._headers, client_timeout=timeout_s)
            return bool(ready)

    async def close(self) -> None:
        await self._client.close()


class AsyncHttpTransport(_Transport):
    """HTTP on asyncio."""

    def __init__(self, address: Address, headers: Headers) -> None:
        import tritonclient.http.aio

        super().__init__(tritonclient.http.aio, address, headers)
        self._client = tritonclient.http.aio.InferenceServerClient(
            address.target, conn_timeout=None, ssl=address.is_secure
        )

    async def infer(
        self, spec: Spec, tensors: Tensors, timeout_s: float | None, request_id: str
    ) -> Tensors:
        arguments = self._arguments(spec, tensors, request_id)
        with edge(self._address, timeout_s):
            async with asyncio.timeout(timeout_s):
                result = await self._client.infer(**arguments)
        return outputs(spec, result)

    def stream(
        self, spec: Spec, tensors: Tensors, patience: Patience, request_id: str
    ) -> AsyncGenerator[Tensors]:
        return streaming.http_answers_async(self._request(spec, tensors, request_id), patience)

    async def is_ready(self, timeout_s: float | None) -> bool:
        with edge(self._address, timeout_s):
            async with asyncio.timeout(timeout_s):
                return bool(await self._client.is_server_ready(dict(self._headers)))

    async def close(self) -> None:
        await self._client.close()
