"""Calls to Triton's HTTP port on loopback, through no proxy.

httpcore is what httpx sends with. httpx itself would add its redirects, cookies and proxies, and
half a millisecond.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpcore

from wordlight.contract import CANCEL
from wordlight.errors import NotServing
from wordlight.front._refusals import Refused

logger = logging.getLogger(__name__)

Content = AsyncIterator[bytes] | bytes
CONNECT_S, SMALL_S = 5.0, 5.0
"""How long a connection, and the answer to a small question, may take."""
IDLE_CONNECTIONS, IDLE_S = 64, 20.0
MOST_SMALL_BYTES = 8 << 20
"""The longest answer that is read whole: an error, a description, metrics."""
GONE = "its inference server does not answer"
LOST = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)


class Triton:
    """A tritonserver behind the front door.

    Args:
        host: Its address, as a rule 127.0.0.1.
        port: Its HTTP port.
        metrics_port: The port of its metrics.
    """

    def __init__(self, host: str, port: int, metrics_port: int) -> None:
        self._host, self._port, self._metrics_port = host.encode(), port, metrics_port
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=None,
            max_keepalive_connections=IDLE_CONNECTIONS,
            keepalive_expiry=IDLE_S,
        )

    async def close(self) -> None:
        """Closes all connections."""
        await self._pool.aclose()

    @asynccontextmanager
    async def call(
        self,
        method: bytes,
        path: str,
        headers: Mapping[bytes, bytes],
        content: Content = b"",
        *,
        timeout_s: float | None = None,
        port: int | None = None,
    ) -> AsyncIterator[httpcore.Response]:
        """The answer, whose body is still to be read. Leaving the context ends the call.

        Raises:
            Refused: Triton does not answer.
        """
        port = port or self._port
        request = httpcore.Request(
            method,
            httpcore.URL(scheme=b"http", host=self._host, port=port, target=path.encode()),
            headers=[(b"host", b"localhost"), *headers.items()],
            content=content,
            extensions={"timeout": {"connect": CONNECT_S, "read": timeout_s, "write": None}},
        )
        try:
            response = await self._pool.handle_async_request(request)
        except LOST as error:
            logger.warning("no answer from Triton: %r", error)
            raise Refused(NotServing(GONE)) from error
        try:
            yield response
        finally:
            await response.aclose()

    async def ask(
        self, path: str, *, is_metrics: bool = False, body: bytes | None = None
    ) -> tuple[int, bytes]:
        """Status and body of a small answer.

        Raises:
            Refused: Triton does not answer, or answers with more than is small.
        """
        port = self._metrics_port if is_metrics else self._port
        length = {} if body is None else {b"content-length": str(len(body)).encode()}
        method = b"GET" if body is None else b"POST"
        call = self.call(method, path, length, body or b"", timeout_s=SMALL_S, port=port)
        async with call as response:
            return response.status, await read(response)

    async def cancel(self, request_id: str) -> None:
        """Ends whatever has this id, through the model `cancel`."""
        (told,) = CANCEL.inputs
        data = {"name": told.name, "datatype": told.dtype.wire, "shape": [1, 1]}
        body = json.dumps({"inputs": [{**data, "data": [request_id]}]}).encode()
        try:
            status, _ = await self.ask(path_of(CANCEL.name, "infer"), body=body)
        except Refused:
            status = 0
        if status != 200:
            logger.warning("request %s could not be cancelled", request_id)


def path_of(model: str, what: str = "") -> str:
    """The path of a model at Triton."""
    return f"/v2/models/{quote(model, safe='')}{f'/{what}' if what else ''}"


async def read(response: httpcore.Response) -> bytes:
    """The body of a small answer.

    Raises:
        Refused: It is too long, or breaks off.
    """
    parts, n_bytes = [], 0
    async for part in parts_of(response):
        parts.append(part)
        n_bytes += len(part)
        if n_bytes > MOST_SMALL_BYTES:
            raise Refused(NotServing("its inference server answers with too much"))
    return b"".join(parts)


async def parts_of(response: httpcore.Response) -> AsyncIterator[bytes]:
    """The body of an answer, part by part.

    Raises:
        Refused: It breaks off.
    """
    stream: Any = response.aiter_stream()
    try:
        async for part in stream:
            yield part
    except LOST as error:
        logger.warning("Triton's answer broke off: %r", error)
        raise Refused(NotServing(GONE)) from error
