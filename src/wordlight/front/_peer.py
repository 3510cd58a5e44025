"""HTTP/1.1 to a server on loopback: connections that are kept, requests and answers in parts.

httpx and httpcore take 1 to 2 ms of two busy cores for a small request, more than all else that the
front does: they parse in Python, and send head and body apart. What is needed here is little: a
known server, no proxy, no redirects, no TLS.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

import httptools

MOST_UNREAD_BYTES, MOST_UNSENT_BYTES = 1 << 20, 1 << 20
"""How much is held of an answer that the caller does not read, or of a request that the server
does not read."""


class Lost(Exception):
    """The connection cannot be made, or ended too early."""


class Peer(asyncio.Protocol):
    """One connection to the server. It carries one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._changed = asyncio.Event()
        self._is_writable = asyncio.Event()
        self._is_writable.set()
        self._begin()
        self.is_lost = False

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._parts: list[bytes] = []
        self._n_unread = 0
        self.headers: dict[bytes, bytes] = {}
        self.status = 0
        self.is_answered, self._is_sent, self._keeps = False, False, False

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is there."""
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(MOST_UNSENT_BYTES)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """It is not there any more."""
        self.is_lost = True
        self._is_writable.set()
        self._changed.set()

    def pause_writing(self) -> None:
        """The server does not read."""
        self._is_writable.clear()

    def resume_writing(self) -> None:
        """It reads again."""
        self._is_writable.set()

    def data_received(self, data: bytes) -> None:
        """Something of an answer came."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.close()
        self._changed.set()

    # What httptools calls

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header of the answer."""
        self.headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """The head of the answer; 100 Continue is not one."""
        status = self._parser.get_status_code()
        self.status = 0 if status < 200 else status

    def on_body(self, body: bytes) -> None:
        """A part of the answer's body."""
        self._parts.append(body)
        self._n_unread += len(body)
        if self._n_unread > MOST_UNREAD_BYTES and self._transport is not None:
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        """The end of the answer."""
        self.is_answered = bool(self.status)
        self._keeps = self._parser.should_keep_alive()

    # What the front calls

    @property
    def is_reusable(self) -> bool:
        """Whether another request may follow on this connection."""
        return self.is_answered and self._is_sent and self._keeps and not self.is_lost

    def close(self) -> None:
        """Ends the connection."""
        self.is_lost = True
        if self._transport is not None:
            self._transport.abort()

    async def send(self, head: bytes, content: AsyncIterator[bytes]) -> None:
        """Sends a request, until the server answers: then it wants no more of it.

        Raises:
            Lost: The connection ended.
        """
        self._begin()
        held = head
        async for part in content:
            await self._write(held + part if held else part)
            held = b""
            if self.status:
                return
        if held:
            await self._write(held)
        self._is_sent = True

    async def answer(self) -> None:
        """Returns when the head of the answer is there.

        Raises:
            Lost: The connection ended.
        """
        while not self.status:
            await self._change()

    async def parts(self) -> AsyncIterator[bytes]:
        """The body of the answer.

        Raises:
            Lost: The connection ended.
        """
        while True:
            if self._parts:
                part = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
                self._parts, self._n_unread = [], 0
                if self._transport is not None and not self.is_lost:
                    self._transport.resume_reading()
                yield part
            elif self.is_answered:
                return
            else:
                await self._change()

    async def _change(self) -> None:
        if self.is_lost:
            raise Lost("the server closed the connection")
        self._changed.clear()
        await self._changed.wait()

    async def _write(self, data: bytes) -> None:
        if self.is_lost or self._transport is None:
            if self.status:  # it answered and closed
                return
            raise Lost("the server closed the connection")
        self._transport.write(data)
        await self._is_writable.wait()


class Peers:
    """Connections to one server, kept for further requests.

    Args:
        host: Its address.
        most_idle: How many unused connections are kept.
    """

    def __init__(self, host: str, most_idle: int) -> None:
        self._host, self._most_idle = host, most_idle
        self._idle: dict[int, list[Peer]] = {}

    async def connect(self, port: int, within_s: float) -> Peer:
        """A connection without a request.

        Raises:
            Lost: None can be made.
        """
        idle = self._idle.get(port, [])
        while idle:
            if not (peer := idle.pop()).is_lost:
                return peer
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(within_s):
                _, peer = await loop.create_connection(Peer, self._host, port)
        except (OSError, TimeoutError) as error:
            raise Lost(f"no connection: {error}") from error
        return peer

    @contextmanager
    def lent(self, peer: Peer, port: int) -> Iterator[None]:
        """Keeps the connection afterwards if it can be used again; else closes it."""
        try:
            yield
        finally:
            idle = self._idle.setdefault(port, [])
            if peer.is_reusable and len(idle) < self._most_idle:
                idle.append(peer)
            else:
                peer.close()

    def close(self) -> None:
        """Closes all connections that are not in use."""
        for idle in self._idle.values():
            for peer in idle:
                peer.close()
        self._idle.clear()


def head_of(method: str, path: str, headers: Mapping[bytes, bytes]) -> bytes:
    """The head of a request, from values that hold no line break."""
    lines = [f"{method} {path} HTTP/1.1".encode(), b"Host: localhost"]
    lines += [name + b": " + value for name, value in headers.items()]
    return b"\r\n".join([*lines, b"", b""])
