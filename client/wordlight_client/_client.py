"""The blocking client."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
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
from wordlight_client._mappings import Lexicon
from wordlight_client._narration_stream import NarrationStream
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
    Patience,
    Protocol,
    Transport,
    connect,
    infer,
    parse_address,
    with_key,
)

DEFAULT_URL = "localhost:8001"
READY_TIMEOUT_S = 5.0
POLL_S = 0.25

T = TypeVar("T")


class Client:
    """A connection to a Wordlight server; every method waits for the server's answer.

    ``url`` is ``host:port`` (gRPC) or starts with ``grpc://``, ``grpcs://``, ``http://`` or
    ``https://``. ``api_key`` is one that the server knows, if it asks for one. ``headers`` are sent
    with every request, for example a proxy's authorization.
    Every method takes ``timeout_s``; None waits as long as the server runs. Times of words count
    as a player of the file counts. ``track`` is the number of an audio track, from 1; without it
    the default track is read. If a call ends early, by Ctrl-C or its time limit, the server stops
    working on it too.

    Raises, in every method:
        InvalidInput, UnknownVoice, UnknownLanguage: The request cannot be answered as it is.
        EngineFailed: The server failed at the request; its log has the reason.
        ServerUnreachable, ServerBusy, DeadlineExceeded, BadAnswer: The connection or the server
            failed.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        protocol: Protocol | None = None,
        *,
        api_key: str | None = None,
        headers: Mapping[str, str] | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._address = parse_address(url, protocol)
        self._transport = transport or connect(self._address, with_key(headers, api_key))

    def narrate(
        self, text: str, *, timeout_s: float | None = None, **options: Unpack[NarrateOptions]
    ) -> Narration:
        """The script as speech with timed words and subtitles; see ``NarrateOptions``."""
        return self._ask(_calls.narrate(text, **options), timeout_s)

    def check(
        self, text: str, *, timeout_s: float | None = None, **options: Unpack[NarrateOptions]
    ) -> None:
        """Raises the errors that `narrate` would raise for its input, without speaking."""
        self._ask(_calls.check(text, **options), timeout_s)

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
    ) -> NarrationStream:
        """The script narrated part by part, each as soon as it is spoken and timed.

        The request is sent when the first part is asked for. ``timeout_s`` bounds the whole time
        from then on, ``silence_s`` the wait for each answer. With ``check``, Whisper transcribes
        every part; a part in which a word is missing is spoken again, up to ``tries`` times.
        ``resume`` has the parts of the same narration that an earlier run finished; they are not
        made again.
        """
        done = resume.json() if resume and resume.parts else None
        tensors = _calls.narrate_stream(text, check=check, tries=tries, resume=done, **options)
        patience = Patience(timeout_s, silence_s)
        parts = resume.parts if resume else ()
        return NarrationStream(self._transport, tensors, patience, parts)

    def narrate_publish(
        self,
        text: str,
        destination: str,
        *,
        timeout_s: float | None = None,
        **options: Unpack[PublishOptions],
    ) -> Publication:
        """The script narrated; the server puts the files under ``s3://bucket/prefix``.

        Raises:
            BucketNotAllowed: The server may not publish to that bucket.
            StorageError: S3 refused or failed; the subclass names its answer.
        """
        return self._ask(_calls.narrate_publish(text, destination, **options), timeout_s)

    def speak(
        self, text: str, *, timeout_s: float | None = None, **options: Unpack[SpeakOptions]
    ) -> Speech:
        """The script as speech, without times or subtitles; see ``SpeakOptions``."""
        return self._ask(_calls.speak(text, **options), timeout_s)

    def align(
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
        """When each word of the transcript is spoken in the recording.

        Words that nobody says are ``Origin.UNSPOKEN``; ``other_speech_s`` has the times of speech
        that is not in the transcript. Labels ("ANNA:") are not words: they become the ``speaker``
        of the words that follow. The names of the ``cast`` always count as labels.
        """
        call = _calls.align(
            recording, transcript, language=language, lexicon=lexicon, track=track, cast=cast
        )
        return self._ask(call, timeout_s)

    def transcribe(
        self,
        recording: Recording,
        *,
        language: str | None = None,
        track: int | None = None,
        timeout_s: float | None = None,
    ) -> Alignment:
        """The words that are spoken in the recording, and when."""
        return self._ask(_calls.transcribe(recording, language=language, track=track), timeout_s)

    def caption(
        self,
        recording: Recording,
        *,
        track: int | None = None,
        timeout_s: float | None = None,
        **options: Unpack[CaptionOptions],
    ) -> Captioning:
        """Words and subtitles of a recording; without a ``transcript``, Whisper makes one.

        ``subtitles.report["warnings"]`` names differences between transcript and recording, and
        stretches without words.

        Raises:
            AudioUnreadable: The file holds no sound that can be read.
            NoSuchTrack: The file has only other audio tracks; the error names them.
            TooLong: The recording lasts longer than half an hour.
        """
        return self._ask(_calls.caption(recording, track=track, **options), timeout_s)

    def subtitle(
        self,
        words: Sequence[Word],
        *,
        timeout_s: float | None = None,
        **options: Unpack[TimedOptions],
    ) -> Subtitles:
        """Subtitles of words whose times are known; see ``TimedOptions``."""
        return self._ask(_calls.subtitle(words, **options), timeout_s)

    def voices(
        self, language: str = "", *, timeout_s: float | None = None
    ) -> tuple[ReadyVoice, ...]:
        """The ready voices of one language (ISO 639-1) or of all, the default voice first."""
        return self._ask(_calls.voices(language), timeout_s)

    def is_ready(self, *, timeout_s: float = READY_TIMEOUT_S) -> bool:
        """Whether a server answers and all its models are loaded."""
        try:
            return self._transport.is_ready(timeout_s)
        except ServerError:
            return False

    def wait_until_ready(self, timeout_s: float, *, poll_s: float = POLL_S) -> None:
        """Waits until the server is ready.

        Raises:
            DeadlineExceeded: The server was not ready in that time.
        """
        deadline = time.monotonic() + timeout_s
        while not self.is_ready(timeout_s=min(READY_TIMEOUT_S, timeout_s)):
            if time.monotonic() + poll_s > deadline:
                raise DeadlineExceeded(self._address, f"was not ready within {timeout_s:g} s")
            time.sleep(poll_s)

    def close(self) -> None:
        """Closes the connection."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _ask(self, call: Call[T], timeout_s: float | None) -> T:
        answer = infer(self._transport, call.spec, call.tensors, timeout_s)
        return call.result(answer)
