"""The awaited client: ``Client``'s twin, method for method."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Self, TypeVar, Unpack

from wordlight.errors import DeadlineExceeded, ServerError
from wordlight.words import Word
from wordlight_client import _calls
from wordlight_client._calls import (
    Call,
    CaptionOptions,
    NarrateOptions,
    PublishOptions,
    SpeakOptions,
    TimedOptions,
)
from wordlight_client._client import DEFAULT_URL, POLL_S, READY_TIMEOUT_S
from wordlight_client._mappings import Lexicon
from wordlight_client._narration_stream import AsyncNarrationStream
from wordlight_client._progress import Progress
from wordlight_client._results import (
    Alignment,
    Captioning,
    Narration,
    Publication,
    Speech,
    Subtitles,
)
from wordlight_client._sounds import Recording
from wordlight_client._voices import ReadyVoice
from wordlight_client.scripts import Cast
from wordlight_client.transport import (
    AsyncTransport,
    Patience,
    Protocol,
    connect_async,
    infer_async,
    parse_address,
    with_key,
)

T = TypeVar("T")


class AsyncClient:
    """``Client`` for asyncio: the same arguments, results and errors.

    Files are read and tensors are built in a thread, so that the event loop never waits for a disk.
    A client belongs to the event loop of its first request.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        protocol: Protocol | None = None,
        *,
        api_key: str | None = None,
        headers: Mapping[str, str] | None = None,
        transport: AsyncTransport | None = None,
    ) -> None:
        self._address = parse_address(url, protocol)
        self._headers = with_key(headers, api_key)
        self._transport = transport

    async def narrate(
        self, text: str, *, timeout_s: float | None = None, **options: Unpack[NarrateOptions]
    ) -> Narration:
        """See ``Client.narrate``."""
        return await self._ask(partial(_calls.narrate, text, **options), timeout_s)

    async def check(
        self, text: str, *, timeout_s: float | None = None, **options: Unpack[NarrateOptions]
    ) -> None:
        """See ``Client.check``."""
        await self._ask(partial(_calls.check, text, **options), timeout_s)

    def narrate_stream(
        self,
        text: str,
        *,
        timeout_s: float | None = None,
        silence_s: float | None = None,
        check: bool = False,
        tries: int | None = None,
        resume: Progress | None = None,
        **options: Unpack[NarrateOptions],
    ) -> AsyncNarrationStream:
        """See ``Client.narrate_stream``; errors are raised when the first part is awaited."""

        def make() -> _calls.Tensors:
            done = resume.json() if resume and resume.parts else None
            return _calls.narrate_stream(text, check=check, tries=tries, resume=done, **options)

        patience = Patience(timeout_s, silence_s)
        parts = resume.parts if resume else ()
        return AsyncNarrationStream(self._connected, make, patience, parts)

    async def narrate_publish(
        self,
        text: str,
        destination: str,
        *,
        timeout_s: float | None = None,
        **options: Unpack[PublishOptions],
    ) -> Publication:
        """See ``Client.narrate_publish``."""
        make = partial(_calls.narrate_publish, text, destination, **options)
        return await self._ask(make, timeout_s)

    async def speak(
        self, text: str, *, timeout_s: float | None = None, **options: Unpack[SpeakOptions]
    ) -> Speech:
        """See ``Client.speak``."""
        return await self._ask(partial(_calls.speak, text, **options), timeout_s)

    async def align(
        self,
        recording: Recording,
        transcript: str,
        *,
        language: str | None = None,
        lexicon: Lexicon | None = None,
        track: int | None = None,
        cast: Cast | None = None,
        timeout_s: float | None = None,
    ) -> Alignment:
        """See ``Client.align``."""
        make = partial(
            _calls.align,
            recording,
            transcript,
            language=language,
            lexicon=lexicon,
            track=track,
            cast=cast,
        )
        return await self._ask(make, timeout_s)

    async def transcribe(
        self,
        recording: Recording,
        *,
        language: str | None = None,
        track: int | None = None,
        timeout_s: float | None = None,
    ) -> Alignment:
        """See ``Client.transcribe``."""
        make = partial(_calls.transcribe, recording, language=language, track=track)
        return await self._ask(make, timeout_s)

    async def caption(
        self,
        recording: Recording,
        *,
        track: int | None = None,
        timeout_s: float | None = None,
        **options: Unpack[CaptionOptions],
    ) -> Captioning:
        """See ``Client.caption``."""
        make = partial(_calls.caption, recording, track=track, **options)
        return await self._ask(make, timeout_s)

    async def subtitle(
        self,
        words: Sequence[Word],
        *,
        timeout_s: float | None = None,
        **options: Unpack[TimedOptions],
    ) -> Subtitles:
        """See ``Client.subtitle``."""
        return await self._ask(partial(_calls.subtitle, words, **options), timeout_s)

    async def voices(
        self, language: str = "", *, timeout_s: float | None = None
    ) -> tuple[ReadyVoice, ...]:
        """See ``Client.voices``."""
        return await self._ask(partial(_calls.voices, language), timeout_s)

    async def is_ready(self, *, timeout_s: float = READY_TIMEOUT_S) -> bool:
        """See ``Client.is_ready``."""
        try:
            return await self._connected().is_ready(timeout_s)
        except ServerError:
            return False

    async def wait_until_ready(self, timeout_s: float, *, poll_s: float = POLL_S) -> None:
        """See ``Client.wait_until_ready``."""
        deadline = time.monotonic() + timeout_s
        while not await self.is_ready(timeout_s=min(READY_TIMEOUT_S, timeout_s)):
            if time.monotonic() + poll_s > deadline:
                raise DeadlineExceeded(self._address, f"was not ready within {timeout_s:g} s")
            await asyncio.sleep(poll_s)

    async def close(self) -> None:
        """See ``Client.close``."""
        if self._transport is not None:
            await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    def _connected(self) -> AsyncTransport:
        """The transport; it is made here because that needs a running event loop."""
        if self._transport is None:
            self._transport = connect_async(self._address, self._headers)
        return self._transport

    async def _ask(self, make: Callable[[], Call[T]], timeout_s: float | None) -> T:
        call = await asyncio.to_thread(make)
        answer = await infer_async(self._connected(), call.spec, call.tensors, timeout_s)
        return call.result(answer)
