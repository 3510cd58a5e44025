"""uvicorn's HTTP on a connection, with limits that it lacks.

uvicorn waits for ever for a request that begins and does not go on, takes headers of any length,
and reads on after a refusal for as long as the caller likes to send.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from wordlight.front._config import Limits

CONTINUE = b"HTTP/1.1 100 "
LINGER_S = 5.0
"""How long the rest of a refused body is read, so that its caller gets to read the refusal."""


class Joined:
    """A connection for one answer, whose head is sent together with the first part of its body.

    Args:
        transport: The connection.
        loop: The event loop.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held = b""
        self._is_begun = False

    def write(self, data: bytes) -> None:
        """Sends, or holds the head until the next part, for a moment at most."""
        if not self._is_begun and not data.startswith(CONTINUE):
            self._is_begun, self._held = True, data
            self._loop.call_soon(self._flush)
        elif self._held:
            held, self._held = self._held, b""
            self._transport.write(held + data)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Closes the connection when all is sent."""
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """Whether it is closed or will be."""
        return self._transport.is_closing()

    def _flush(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)


class Unread:
    """What has come of a body and was not taken yet, without the copies of a bytearray."""

    def __init__(self) -> None:
        self._data = b""

    def __len__(self) -> int:
        return len(self._data)

    def __bytes__(self) -> bytes:
        return self._data

    def __iadd__(self, part: bytes) -> Unread:
        self._data = self._data + part if self._data else part
        return self


class Connection(HttpToolsProtocol):
    """One connection of a caller."""

    limits = Limits()
    """Set by `connection_type`."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._late: asyncio.TimerHandle | None = None
        self._in_head, self._head_bytes = True, 0
        self._is_received = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for a request."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            transport.close()
            return
        self._within(self.limits.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits for nothing more."""
        self._within(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes bytes; closes the connection if a head grows too long."""
        self._head_bytes = self._head_bytes + len(data) if self._in_head else 0
        super().data_received(data)
        if self._in_head and self._head_bytes > self.limits.head_bytes:
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head, self._head_bytes, self._is_received = True, 0, False
        self._within(self.limits.head_s)

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._in_head = False
        self._within(None)
        super().on_headers_complete()
        self.cycle.transport = Joined(self.transport, self.loop)  # type: ignore[assignment]

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if not self.cycle.body:
            self.cycle.body = Unread()  # type: ignore[assignment]
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Its body is there."""
        self._is_received = True
        self._in_head, self._head_bytes = True, 0
        if self.cycle is not None and self.cycle.response_complete:
            self._within(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Its answer was sent; what is left of its body is read for a while."""
        super().on_response_complete()
        if not self._is_received:
            self._within(LINGER_S)

    def _within(self, seconds: float | None) -> None:
        """Closes the connection after so many seconds, unless something else happens before."""
        if self._late is not None:
            self._late.cancel()
            self._late = None
        if seconds is not None:
            self._late = self.loop.call_later(seconds, self._close)

    def _close(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


def connection_type(limits: Limits) -> type[Connection]:
    """The type of connection that keeps to these limits."""
    return type("Connection", (Connection,), {"limits": limits})
