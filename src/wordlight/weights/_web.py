"""Fetches files at https addresses in ranges, with requests, which handles proxies and netrc."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from wordlight.errors import SourceUnusable, StorageChanged, WeightsMissing
from wordlight.manifest import WeightEntry
from wordlight.proxies import is_loopback, masked, spare_loopback
from wordlight.storage import TOO_BUSY
from wordlight.weights._blobs import BlobStore
from wordlight.weights._transfer import MIB, Transfer

CONNECT_S = 10.0
LONGEST_PAUSE_S = 20.0
READ_BYTES = MIB
MOST_BYTES = 16 << 30
"""Far more than any file of weights has. A server that states a greater length must be wrong."""
MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file as it is now; ``etag`` changes when the file does."""

    url: str
    n_bytes: int
    etag: str


class _Passing(Exception):
    """A failure that may not occur at the next try."""


def refuse_plain_http(entry: WeightEntry) -> None:
    """Refuses plain http, because anyone on the way could change the bytes.

    Raises:
        SetupError: The address is ``http://`` on another machine.
    """
    parts = urlsplit(entry.source)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        why = "is plain http, which anyone on the way can change"
        raise SourceUnusable(entry.name, masked(entry.source), why)


class Web:
    """The server that an entry's source names. Several threads may use it."""

    def __init__(self, entry: WeightEntry, store: BlobStore, transfer: Transfer) -> None:
        refuse_plain_http(entry)
        self._entry, self._transfer = entry, transfer
        self._folder = store.folder(entry)
        spare_loopback(os.environ)  # where requests reads its proxies

    def look(self, path: str) -> WebFile:
        """The file at a path under the entry's source.

        Raises:
            WeightsMissing: The server does not give the file, or does not state its length.
        """
        url, n_failures = f"{self._entry.source.rstrip('/')}/{path}", 0
        while True:
            try:
                with self._answer("HEAD", url, {}) as answer:
                    return WebFile(url, self._length(url, answer.headers), _etag(answer.headers))
            except _Passing as error:
                n_failures += 1
                self._wait(url, n_failures, error)

    def stream(self, found: WebFile, start: int, end: int) -> Iterator[bytes]:
        """Bytes ``[start, end)`` of a file. After a cut connection, reading goes on there.

        Raises:
            StorageChanged: The file is no longer the one that was found.
            WeightsMissing: The server does not give the file, or the connection broke too often
                without a byte in between.
        """
        n_failures = 0
        while start < end:
            try:
                for chunk in self._range(found, start, end):
                    start, n_failures = start + len(chunk), 0
                    yield chunk
                if start < end:
                    raise _Passing("the answer ended early")
            except _Passing as error:
                n_failures += 1
                self._wait(found.url, n_failures, error)

    def _range(self, found: WebFile, start: int, end: int) -> Iterator[bytes]:
        with self._answer("GET", found.url, {"Range": f"bytes={start}-{end - 1}"}) as answer:
            if _etag(answer.headers) != found.etag:
                raise StorageChanged(found.url)
            span = f"bytes {start}-{end - 1}/{found.n_bytes}"
            is_range = answer.status_code == 206 and answer.headers.get("Content-Range") == span
            is_whole = answer.status_code == 200 and (start, end) == (0, found.n_bytes)
            if not is_range and not is_whole:
                raise self._missing(found.url, "the server does not answer ranged requests")
            for chunk in answer.iter_content(min(READ_BYTES, self._transfer.piece_bytes)):
                start += len(chunk)
                if start > end:
                    raise self._missing(found.url, "the server sends more than it was asked for")
                yield chunk

    @contextmanager
    def _answer(self, method: str, url: str, headers: Mapping[str, str]) -> Iterator[Any]:
        """The answer, for the block to read. Exceptions of requests become our own."""
        import requests

        limits_s = (min(CONNECT_S, self._transfer.timeout_s), self._transfer.timeout_s)
        asked = {"Accept-Encoding": "identity", **headers}  # ranges count the file's own bytes
        try:
            with (
                _session() as session,
                session.request(
                    method, url, headers=asked, stream=True, allow_redirects=True, timeout=limits_s
                ) as answer,
            ):
                if answer.status_code in TOO_BUSY:
                    raise _Passing(f"{answer.status_code} {answer.reason}")
                if answer.status_code >= 400:
                    raise self._missing(url, f"{answer.status_code} {answer.reason}")
                if answer.headers.get("Content-Encoding", "identity") != "identity":
                    raise self._missing(url, "the server compresses what must come as it is")
                yield answer
        except requests.exceptions.SSLError as error:
            raise self._missing(url, str(error)) from error
        except (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
        ) as error:
            raise _Passing(str(error)) from error
        except requests.RequestException as error:  # an address, a proxy, a redirect in a circle
            raise self._missing(url, str(error)) from error

    def _length(self, url: str, headers: Mapping[str, str]) -> int:
        stated = headers.get("Content-Length", "")
        if not stated.isdecimal():
            raise self._missing(url, "the server does not state its length")
        if int(stated) > MOST_BYTES:
            raise self._missing(url, f"{int(stated):,} bytes are more than any file of weights has")
        return int(stated)

    def _wait(self, url: str, n_failures: int, error: _Passing) -> None:
        """Waits before the next try.

        Raises:
            WeightsMissing: There were enough tries.
        """
        if n_failures >= self._transfer.n_tries:
            raise self._missing(url, f"{n_failures} tries: {error}") from error
        pause_s = self._transfer.pause_s * 2**n_failures * random.uniform(0.5, 1.0)
        time.sleep(min(pause_s, LONGEST_PAUSE_S))

    def _missing(self, url: str, reason: str) -> WeightsMissing:
        remedy = (
            f"put its files there, or open the way to {masked(url)} ({masked(reason)}): a proxy is "
            "taken from HTTPS_PROXY, its certificate from REQUESTS_CA_BUNDLE; what has arrived is "
            "kept"
        )
        return WeightsMissing(self._entry.name, str(self._folder), remedy)


def _etag(headers: Mapping[str, str]) -> str:
    return headers.get("ETag") or headers.get("Last-Modified") or ""


def _session() -> Any:
    """A session of requests in which plain http reaches only this machine, even by a redirect."""
    import requests
    from requests.adapters import HTTPAdapter

    class Loopback(HTTPAdapter):
        """Sends requests only to loopback."""

        def send(self, request: Any, *arguments: Any, **options: Any) -> Any:
            if not is_loopback(urlsplit(request.url).hostname or ""):
                raise requests.exceptions.InvalidSchema(f"{request.url} is plain http")
            return super().send(request, *arguments, **options)

    session = requests.Session()
    session.max_redirects = MOST_REDIRECTS
    session.mount("http://", Loopback())
    return session
