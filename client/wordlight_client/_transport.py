"""How tensors travel: gRPC or HTTP, blocking or awaited; four thin transports behind one shape.

tritonclient is imported when a transport is made, so that importing this package needs numpy only.
What tritonclient and its sockets raise is translated here and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType
from typing import Any, Protocol

from numpy.typing import NDArray

from wordlight.contract import Spec
from wordlight.proxies import is_here
from wordlight_client._address import Address
from wordlight_client._failures import failure, too_late, unreachable

Tensors = Mapping[str, NDArray[Any]]
Headers = Mapping[str, str]

UNLIMITED = -1
GRPC_OPTIONS = [
    ("grpc.max_send_message_length", UNLIMITED),
    ("grpc.max_receive_message_length", UNLIMITED),
]
NO_PROXY = ("grpc.enable_http_proxy", 0)
"""Without it gRPC takes a proxy from ``grpc_proxy``, ``https_proxy`` or ``http_proxy``."""
CONNECT_TIMEOUT_S = 10.0


class Transport(Protocol):
    """Sends one request and waits for its answer."""

    def infer(self, spec: Spec, tensors: Tensors, timeout_s: float | None) -> Tensors:
        """Every output of the model by name.

        Raises:
            WordlightError: The server's own error, or one of the way to it.
        """

    def is_ready(self, timeout_s: float | None) -> bool:
        """Whether the server says that all its models are loaded.

        Raises:
            ServerError: It says nothing.
        """

    def close(self) -> None:
        """Gives up the connection."""


class _Result(Protocol):
    def as_numpy(self, name: str) -> NDArray[Any] | None: ...


class AsyncTransport(Protocol):
    """``Transport``, awaited."""

    async def infer(self, spec: Spec, tensors: Tensors, timeout_s: float | None) -> Tensors:
        """See ``Transport.infer``."""

    async def is_ready(self, timeout_s: float | None) -> bool:
        """See ``Transport.is_ready``."""

    async def close(self) -> None:
        """See ``Transport.close``."""


def connect(address: Address, headers: Headers) -> Transport:
    """The blocking transport for an address; it opens its connection with the first request."""
    kind = GrpcTransport if address.protocol == "grpc" else HttpTransport
    return kind(address, headers)


def connect_async(address: Address, headers: Headers) -> AsyncTransport:
    """The awaited transport for an address; to be made inside the event loop that uses it."""
    kind = AsyncGrpcTransport if address.protocol == "grpc" else AsyncHttpTransport
    return kind(address, headers)


class GrpcTransport:
    """Blocking gRPC; one channel, usable from several threads."""

    def __init__(self, address: Address, headers: Headers) -> None:
        import tritonclient.grpc as triton

        self._triton, self._address, self._headers = triton, address, _lower(headers)
        self._client = triton.InferenceServerClient(
            address.target, ssl=address.is_secure, channel_args=_grpc_options(address)
        )

    def infer(self, spec: Spec, tensors: Tensors, timeout_s: float | None) -> Tensors:
        inputs = _inputs(self._triton, spec, tensors)
        with _edge(self._address, timeout_s):
            result = self._client.infer(
                spec.name, inputs, headers=self._headers, client_timeout=timeout_s
            )
        return _outputs(spec, result)

    def is_ready(self, timeout_s: float | None) -> bool:
        with _edge(self._address, timeout_s):
            return bool(self._client.is_server_ready(self._headers, client_timeout=timeout_s))

    def close(self) -> None:
        self._client.close()


class HttpTransport:
    """Blocking HTTP.

    Each call has a connection of its own: tritonclient sets a time limit per client, not per call,
    and a client that is shared by threads mixes up their answers.
    """

    def __init__(self, address: Address, headers: Headers) -> None:
        import tritonclient.http as triton

        self._triton, self._address, self._headers = triton, address, dict(headers)

    def infer(self, spec: Spec, tensors: Tensors, timeout_s: float | None) -> Tensors:
        inputs = _inputs(self._triton, spec, tensors)
        with _edge(self._address, timeout_s), self._client(timeout_s) as client:
            result = client.infer(spec.name, inputs, headers=dict(self._headers))
        return _outputs(spec, result)

    def is_ready(self, timeout_s: float | None) -> bool:
        with _edge(self._address, timeout_s), self._client(timeout_s) as client:
            return bool(client.is_server_ready(dict(self._headers)))

    def close(self) -> None:
        """Does nothing: no connection is held between calls."""

    def _client(self, timeout_s: float | None) -> AbstractContextManager[Any]:
        connect_s = CONNECT_TIMEOUT_S if timeout_s is None else min(CONNECT_TIMEOUT_S, timeout_s)
        client: AbstractContextManager[Any] = self._triton.InferenceServerClient(
            self._address.target,
            connection_timeout=connect_s,
            network_timeout=timeout_s,
            **_tls(self._address),
        )
        return client


class AsyncGrpcTransport:
    """gRPC on asyncio."""

    def __init__(self, address: Address, headers: Headers) -> None:
        import tritonclient.grpc.aio as triton

        self._triton, self._address, self._headers = triton, address, _lower(headers)
        self._client = triton.InferenceServerClient(
            address.target, ssl=address.is_secure, channel_args=_grpc_options(address)
        )

    async def infer(self, spec: Spec, tensors: Tensors, timeout_s: float | None) -> Tensors:
        inputs = _inputs(self._triton, spec, tensors)
        with _edge(self._address, timeout_s):
            result = await self._client.infer(
                spec.name, inputs, headers=self._headers, client_timeout=timeout_s
            )
        return _outputs(spec, result)

    async def is_ready(self, timeout_s: float | None) -> bool:
        with _edge(self._address, timeout_s):
            ready = await self._client.is_server_ready(self._headers, client_timeout=timeout_s)
            return bool(ready)

    async def close(self) -> None:
        await self._client.close()


class AsyncHttpTransport:
    """HTTP on asyncio."""

    def __init__(self, address: Address, headers: Headers) -> None:
        import tritonclient.http.aio as triton

        self._triton, self._address, self._headers = triton, address, dict(headers)
        self._client = triton.InferenceServerClient(
            address.target, conn_timeout=None, ssl=address.is_secure
        )

    async def infer(self, spec: Spec, tensors: Tensors, timeout_s: float | None) -> Tensors:
        inputs = _inputs(self._triton, spec, tensors)
        with _edge(self._address, timeout_s):
            async with asyncio.timeout(timeout_s):
                result = await self._client.infer(spec.name, inputs, headers=dict(self._headers))
        return _outputs(spec, result)

    async def is_ready(self, timeout_s: float | None) -> bool:
        with _edge(self._address, timeout_s):
            async with asyncio.timeout(timeout_s):
                return bool(await self._client.is_server_ready(dict(self._headers)))

    async def close(self) -> None:
        await self._client.close()


@contextmanager
def _edge(address: Address, timeout_s: float | None) -> Iterator[None]:
    """Foreign exceptions out, ours in."""
    from tritonclient.utils import InferenceServerException

    try:
        yield
    except InferenceServerException as error:
        raise failure(error.message() or "", error.status(), address, timeout_s) from None
    except TimeoutError:  # a socket's, asyncio's
        raise too_late(address, timeout_s) from None
    except OSError:  # refused, reset, no such host
        raise unreachable(address) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("aiohttp", "geventhttpclient"):
            raise
        raise unreachable(address) from error


def _inputs(triton: ModuleType, spec: Spec, tensors: Tensors) -> list[Any]:
    inputs = []
    for name, array in tensors.items():
        tensor = triton.InferInput(name, array.shape, spec.input(name).dtype.wire)
        tensor.set_data_from_numpy(array)
        inputs.append(tensor)
    return inputs


def _outputs(spec: Spec, result: _Result) -> dict[str, NDArray[Any]]:
    arrays = {tensor.name: result.as_numpy(tensor.name) for tensor in spec.outputs}
    return {name: array for name, array in arrays.items() if array is not None}


def _lower(headers: Headers) -> dict[str, str]:
    """gRPC takes metadata in lower case only."""
    return {name.lower(): value for name, value in headers.items()}


def _grpc_options(address: Address) -> list[tuple[str, int]]:
    """gRPC asks a proxy for every host, loopback too; tritonclient's HTTP clients ask none."""
    return [*GRPC_OPTIONS, NO_PROXY] if is_here(address.host) else GRPC_OPTIONS


def _tls(address: Address) -> dict[str, Any]:
    if not address.is_secure:
        return {}
    import gevent.ssl

    return {"ssl": True, "ssl_context_factory": gevent.ssl.create_default_context}
