"""One call over gRPC: its metadata, its messages, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import grpc.aio

from wordlight.errors import BodySlow, NotServing
from wordlight.front import _ids as ids
from wordlight.front._body import CallerGone
from wordlight.front._config import Limits
from wordlight.front._grpc_codes import code_of_refusal, trailers_of
from wordlight.front._refusals import Refused
from wordlight.front._visit import Metadata


class Call:
    """A call. Several tasks may write its answers.

    Args:
        context: As ``grpc.aio`` gives it.
        limits: How long it may wait.
        closing: Is set when the door closes.
    """

    def __init__(
        self, context: grpc.aio.ServicerContext[Any, Any], limits: Limits, closing: asyncio.Event
    ) -> None:
        self._context, self._limits, self._closing = context, limits, closing
        self._writing = asyncio.Lock()
        self._has_begun = False
        self.metadata = _pairs(context.invocation_metadata() or ())

    @property
    def left_s(self) -> float | None:
        """What is left of the caller's deadline, in seconds; None if it has none."""
        left_s: float | None = self._context.time_remaining()
        return left_s

    async def read(self) -> bytes | None:
        """The next message; None after the last, or if the door closes. It may take any time."""
        reading = asyncio.create_task(self._context.read())
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait({reading, closing}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                return None
            with leaving():
                message = reading.result()
        finally:
            reading.cancel()
            closing.cancel()
        return None if message is grpc.aio.EOF else message

    async def read_soon(self) -> bytes:
        """The only message.

        Raises:
            Refused: It does not arrive in time, or before the door closes.
            CallerGone: There is none.
        """
        try:
            async with asyncio.timeout(self._limits.message_s):
                message = await self.read()
        except TimeoutError:
            raise Refused(BodySlow(0, self._limits.message_s)) from None
        if message is not None:
            return message
        self.check_open()
        raise CallerGone

    def check_open(self) -> None:
        """Checks that the door does not close.

        Raises:
            NotServing: It does.
        """
        if self._closing.is_set():
            raise NotServing("it is ending")

    async def write(self, message: bytes, request_id: str) -> None:
        """Sends a message. It waits while the caller has not read those before.

        The first one is preceded by metadata with the id of its request.

        Raises:
            CallerGone: The caller has left, or does not read.
        """
        async with self._writing:
            with leaving():
                async with asyncio.timeout(self._limits.unread_s):
                    await self._begin(request_id)
                    await self._context.write(message)

    async def end(self, refused: Refused, request_id: str) -> None:
        """Ends the call with a problem.

        Raises:
            grpc.aio.AbortError: Always; ``grpc.aio`` waits for it.
        """
        code, trailers = code_of_refusal(refused), trailers_of(refused)
        async with self._writing:
            with leaving():
                await self._begin(request_id)
                await self._context.abort(code, refused.problem.wire, trailers)

    async def end_with(self, code: grpc.StatusCode, message: str, request_id: str) -> None:
        """Ends the call with an error that one of our models has worded.

        Raises:
            grpc.aio.AbortError: Always.
        """
        async with self._writing:
            with leaving():
                await self._begin(request_id)
                await self._context.abort(code, message)

    async def _begin(self, request_id: str) -> None:
        if not self._has_begun:
            named = ((ids.HEADER.decode(), request_id),) if ids.is_sane(request_id) else ()
            await self._context.send_initial_metadata(named)
            self._has_begun = True


@contextmanager
def leaving() -> Iterator[None]:
    """Turns what ``grpc.aio`` says of a caller who has left, or does not read, into CallerGone."""
    try:
        yield
    except (grpc.aio.InternalError, grpc.aio.UsageError, TimeoutError):
        raise CallerGone from None


def _pairs(metadata: Any) -> Metadata:
    """The metadata as bytes, as headers are."""
    return [
        (name.encode(), value if isinstance(value, bytes) else value.encode("utf-8", "replace"))
        for name, value in metadata
    ]
