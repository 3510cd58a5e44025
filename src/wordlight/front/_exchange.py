"""A request and its answer, as ASGI gives and takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from wordlight.errors import InvalidInput
from wordlight.front import _ids as ids
from wordlight.front._body import CallerGone, Receive
from wordlight.front._refusals import JSON_TYPE, Headers, Refused, body_of
from wordlight.front._visit import Visit

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Scope = MutableMapping[str, Any]


class AnswerLost(Exception):
    """Triton's answer broke off after a part of it was sent; so the connection has to as well."""


class Exchange(Visit):
    """One request and its answer.

    Args:
        scope: As ASGI gives it.
        receive: As ASGI gives it.
        send: As ASGI gives it.
        unread_s: The longest time for which the caller may leave the answer unread.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, unread_s: float) -> None:
        self.scope, self.receive = scope, receive
        self._send, self._unread_s = send, unread_s
        super().__init__(scope["headers"])
        self.method: str = scope["method"]

    @property
    def path(self) -> dict[str, str]:
        """The parts of the path that its route names."""
        found: dict[str, str] = self.scope.get("path_params", {})
        return found

    def header(self, name: bytes) -> bytes | None:
        """The first header of that name."""
        return next((value for known, value in self.metadata if known == name), None)

    def count(self, name: bytes) -> int | None:
        """A header that is a whole number from 0; None if there is none.

        Raises:
            Refused: It is something else.
        """
        value = self.header(name)
        if value is None:
            return None
        if not value.isdigit() or len(value) > 15:
            raise Refused(InvalidInput(name.decode(), "is not a whole number"))
        return int(value)

    async def start(self, status: int, headers: Headers) -> None:
        """Sends the head of the answer."""
        self.status = status
        named = (ids.HEADER, self.request_id.encode("utf-8", "replace"))
        await self._out(
            {"type": "http.response.start", "status": status, "headers": [named, *headers]}
        )

    async def send(self, part: bytes, *, is_last: bool = False) -> None:
        """Sends a part of the answer's body."""
        self.sent += len(part)
        await self._out({"type": "http.response.body", "body": part, "more_body": not is_last})
        self.is_complete = is_last

    async def answer(
        self, status: int, body: bytes = b"", content_type: bytes = b"application/json"
    ) -> None:
        """Sends a whole answer."""
        length = (b"content-length", str(len(body)).encode())
        is_empty = status == HTTPStatus.NO_CONTENT
        headers = () if is_empty else ((b"content-type", content_type), length)
        await self.start(status, headers)
        await self.send(body, is_last=True)

    async def refuse(self, refused: Refused) -> None:
        """Sends a problem instead of an answer; too late if an answer has begun."""
        self.code = refused.problem.code
        if self.status:
            return
        body = body_of(refused.problem.wire)
        length = (b"content-length", str(len(body)).encode())
        await self.start(refused.status, (JSON_TYPE, length, *refused.headers))
        await self.send(body, is_last=True)

    async def _out(self, message: MutableMapping[str, Any]) -> None:
        """Sends a message. It waits while the caller has not read what was sent before."""
        try:
            async with asyncio.timeout(self._unread_s):
                await self._send(message)
        except TimeoutError:
            raise CallerGone from None
