"""A narration to iterate over while the server makes it, blocking or awaited."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Self

from wordlight.contract import NARRATE_STREAM
from wordlight_client._parts import Gathering, NarrationPart
from wordlight_client._results import Narration
from wordlight_client.transport import (
    AsyncTransport,
    Patience,
    Tensors,
    Transport,
    cancel,
    cancel_async,
    new_id,
    stream,
    stream_async,
)


class _Stream:
    """What both streams share: an id, the parts so far, and the narration at the end."""

    def __init__(self, parts: Sequence[NarrationPart]) -> None:
        self.id = new_id()
        self._gathering = Gathering(parts)
        self._is_over = False

    @property
    def parts(self) -> tuple[NarrationPart, ...]:
        """The parts so far, those of an earlier run included."""
        return tuple(self._gathering.parts)

    @property
    def narration(self) -> Narration:
        """The whole narration, as ``narrate`` returns it; its words have their speakers.

        Raises:
            RuntimeError: The last answer has not come yet.
        """
        if self._gathering.narration is None:
            raise RuntimeError("the narration is not whole yet: iterate to the end of its parts")
        return self._gathering.narration


class NarrationStream(_Stream):
    """The parts of a narration, as they come.

    The stream ends with ``close``, at the end of its ``with``, or when it is dropped; the server
    then stops too. ``id`` is the id of the request.
    """

    def __init__(
        self,
        transport: Transport,
        tensors: Tensors,
        patience: Patience,
        parts: Sequence[NarrationPart] = (),
    ) -> None:
        super().__init__(parts)
        self._transport = transport
        self._answers = stream(transport, NARRATE_STREAM, tensors, patience, self.id)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> NarrationPart:
        if self._is_over:
            raise StopIteration
        try:
            for answer in self._answers:
                part = self._gathering.take(answer)
                if part is not None:
                    return part
            self._gathering.whole()
        except Exception:
            if self._is_over:  # another thread closed it
                raise StopIteration from None
            self.close()
            raise
        except BaseException:
            self.close()
            raise
        self.close()
        raise StopIteration

    def close(self) -> None:
        """Ends the stream; if the last answer has not come yet, the server is asked to stop.

        Any thread may call it. In a thread that waits for a part, the iteration then ends.
        """
        self._is_over = True
        try:
            self._answers.close()
        except ValueError:  # another thread waits in it until the server ends the request
            cancel(self._transport, self.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class AsyncNarrationStream(_Stream):
    """``NarrationStream`` for asyncio; a stream that is dropped ends as soon as the loop runs."""

    def __init__(
        self,
        connected: Callable[[], AsyncTransport],
        make: Callable[[], Tensors],
        patience: Patience,
        parts: Sequence[NarrationPart] = (),
    ) -> None:
        super().__init__(parts)
        self._connected = connected
        self._answers = _answers(connected, make, patience, self.id)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> NarrationPart:
        if self._is_over:
            raise StopAsyncIteration
        try:
            async for answer in self._answers:
                part = self._gathering.take(answer)
                if part is not None:
                    return part
            self._gathering.whole()
        except Exception:
            if self._is_over:  # another task closed it
                raise StopAsyncIteration from None
            await self.aclose()
            raise
        except BaseException:
            await self.aclose()
            raise
        await self.aclose()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """See ``NarrationStream.close``; any task may call it."""
        self._is_over = True
        try:
            await self._answers.aclose()
        except RuntimeError:  # another task waits in it until the server ends the request
            await cancel_async(self._connected(), self.id)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()


async def _answers(
    connected: Callable[[], AsyncTransport],
    make: Callable[[], Tensors],
    patience: Patience,
    request_id: str,
) -> AsyncGenerator[Tensors]:
    """The answers; tensors are built in a thread, so that the event loop never waits for a disk."""
    tensors = await asyncio.to_thread(make)
    answers = stream_async(connected(), NARRATE_STREAM, tensors, patience, request_id)
    async with contextlib.aclosing(answers):
        async for answer in answers:
            yield answer
