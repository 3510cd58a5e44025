"""Calls to Triton's HTTP ports on loopback."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import quote

from wordlight.contract import CANCEL
from wordlight.errors import NotServing
from wordlight.front._log import facts
from wordlight.front._peer import Lost, Peer, Peers, head_of
from wordlight.front._refusals import GONE, Refused

logger = logging.getLogger(__name__)

CONNECT_S, SMALL_S = 5.0, 5.0
"""How long a connection, and the answer to a small question, may take."""
MOST_IDLE = 64
MOST_SMALL_BYTES = 8 << 20
"""The longest answer that is read whole: an error, a description, metrics."""


class Triton:
    """A tritonserver behind the front door.

    Args:
        host: Its address, as a rule 127.0.0.1.
        port: Its HTTP port.
        metrics_port: The port of its metrics.
    """

    def __init__(self, host: str, port: int, metrics_port: int) -> None:
        self._port, self._metrics_port = port, metrics_port
        self._peers = Peers(host, MOST_IDLE)

    def close(self) -> None:
        """Closes all connections."""
        self._peers.close()

    @asynccontextmanager
    async def call(
        self,
        method: str,
        path: str,
        headers: Mapping[bytes, bytes],
        content: AsyncIterator[bytes],
        port: int | None = None,
    ) -> AsyncIterator[Peer]:
        """The answer, whose body is still to be read. Leaving the context ends the call.

        Raises:
            Refused: Triton does not answer.
        """
        port = port or self._port
        try:
            peer = await self._peers.connect(port, CONNECT_S)
            with self._peers.lent(peer, port):
                await peer.send(head_of(method, path, headers), content)
                await peer.answer()
                yield peer
        except Lost as error:
            logger.warning("Triton is lost: %s", error)
            raise Refused(NotServing(GONE)) from error

    async def ask(
        self, path: str, *, is_metrics: bool = False, body: bytes | None = None
    ) -> tuple[int, bytes]:
        """Status and body of a small answer.

        Raises:
            Refused: Triton does not answer in time, or answers with more than is small.
        """
        port = self._metrics_port if is_metrics else self._port
        method, length = ("GET", {}) if body is None else ("POST", _length_of(body))
        try:
            async with (
                asyncio.timeout(SMALL_S),
                self.call(method, path, length, _once(body or b""), port) as answer,
            ):
                return answer.status, await read(answer)
        except TimeoutError as error:
            raise Refused(NotServing(GONE)) from error

    async def cancel(self, request_id: str) -> None:
        """Ends whatever has this id, through the model `cancel`."""
        (told,) = CANCEL.inputs
        data = {"name": told.name, "datatype": told.dtype.wire, "shape": [1, 1]}
        body = json.dumps({"inputs": [{**data, "data": [request_id]}]}).encode()
        try:
            status, _ = await self.ask(path_of(CANCEL.name, "infer"), body=body)
        except Refused:
            status = 0
        if status != HTTPStatus.OK:
            named = facts(request_id=request_id)
            logger.warning("a request could not be cancelled", extra=named)


def path_of(model: str, what: str = "") -> str:
    """The path of a model at Triton."""
    return f"/v2/models/{quote(model, safe='')}{f'/{what}' if what else ''}"


async def read(answer: Peer) -> bytes:
    """The body of a small answer.

    Raises:
        Refused: It is too long.
        Lost: It breaks off.
    """
    parts, n_bytes = [], 0
    async for part in answer.parts():
        parts.append(part)
        n_bytes += len(part)
        if n_bytes > MOST_SMALL_BYTES:
            raise Refused(NotServing("its inference server answers with too much"))
    return b"".join(parts)


def _length_of(body: bytes) -> dict[bytes, bytes]:
    return {b"Content-Length": str(len(body)).encode()}


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body
