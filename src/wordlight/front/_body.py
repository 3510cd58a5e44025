"""The body of a request, taken in parts as it arrives, and the caller's end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from wordlight.errors import BodySlow, InvalidInput, TooLong
from wordlight.front._config import Limits
from wordlight.front._refusals import Refused

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
BODY = "the request's body"
CLOSE = ((b"connection", b"close"),)


class CallerGone(Exception):
    """The caller closed the connection; nobody reads an answer."""


def too_large(got: int, limit: int, what: str = BODY) -> Refused:
    """The refusal of a body, or of its JSON part, that is too large."""
    return Refused(TooLong(what, got, limit, "bytes"), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class Body:
    """A body on its way in.

    Args:
        receive: As ASGI gives it.
        length: The Content-Length, if there is one.
        limits: How much may come, and how slowly.
        clock: A monotonic clock.
    """

    def __init__(
        self,
        receive: Receive,
        length: int | None,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._receive, self._limits, self._clock = receive, limits, clock
        self.length = length
        self._most = limits.body_bytes if length is not None else limits.unsized_bytes
        self._ahead = b""
        self._waited_s = 0.0
        self._complete = asyncio.Event()
        self.got = 0

    async def take(self, n_bytes: int) -> bytes:
        """The next bytes, exactly as many.

        Raises:
            CallerGone: The caller left.
            Refused: The body is too large, too slow or too short.
        """
        parts, n_taken = [self._ahead], len(self._ahead)
        while n_taken < n_bytes:
            part = await self._next()
            if part is None:
                raise Refused(InvalidInput(BODY, f"ends after {self.got:,} bytes"))
            parts.append(part)
            n_taken += len(part)
        whole = b"".join(parts)
        self._ahead = whole[n_bytes:]
        return whole[:n_bytes]

    async def take_all(self) -> bytes:
        """All that is left, for a body of unknown length.

        Raises:
            CallerGone, Refused: As `take` does.
        """
        parts = [part async for part in self.rest()]
        return b"".join(parts)

    def put_back(self, part: bytes) -> None:
        """Lets what was taken be taken again."""
        self._ahead = part + self._ahead

    @property
    def is_complete(self) -> bool:
        """Whether all of it has come."""
        return self._complete.is_set()

    async def rest(self) -> AsyncIterator[bytes]:
        """What is left, part by part, as it arrives.

        Raises:
            CallerGone, Refused: As `take` does.
        """
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            yield ahead
        while (part := await self._next()) is not None:
            yield part

    async def until_gone(self) -> None:
        """Returns when the caller leaves after the body has come."""
        await self._complete.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _next(self) -> bytes | None:
        while not self._complete.is_set():
            message = await self._in_time()
            if message["type"] == "http.disconnect":
                raise CallerGone
            part = bytes(message.get("body", b""))
            self.got += len(part)
            if self.got > self._most:
                raise too_large(self.got, self._most)
            if not message.get("more_body", False):
                self._complete.set()
            if part:
                return part
        return None

    async def _in_time(self) -> MutableMapping[str, Any]:
        """The next message. Only the time in which we wait for the caller counts."""
        limits = self._limits
        left_s = limits.body_s + self.got / limits.slowest_bytes_s - self._waited_s
        began_s = self._clock()
        try:
            async with asyncio.timeout(max(0.0, min(left_s, limits.idle_s))):
                return await self._receive()
        except TimeoutError:
            took_s = self._waited_s + self._clock() - began_s
            raise Refused(BodySlow(self.got, took_s), headers=CLOSE) from None
        finally:
            self._waited_s += self._clock() - began_s
