"""Objects in S3: found, read in ranges and written. Every failure is one of wordlight.errors."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from wordlight.errors import StorageChanged, StorageError, StorageUnavailable
from wordlight.storage import Place, TimeLimits, connect, storage_edge, why
from wordlight.weights._transfer import MIB, Transfer

READ_BYTES = MIB
CONNECT_S = 10.0
LONGEST_PAUSE_S = 20.0


@dataclass(frozen=True, slots=True)
class S3Object:
    """One object as it is now; ``etag`` changes when the object does."""

    bucket: str
    key: str
    n_bytes: int
    etag: str

    @property
    def url(self) -> str:
        """The object's address."""
        return f"s3://{self.bucket}/{self.key}"


class S3:
    """A client of S3; boto3 finds endpoint, region and credentials in its usual ways."""

    def __init__(self, transfer: Transfer) -> None:
        self._transfer = transfer

    def look(self, place: Place, path: str) -> S3Object:
        """The object at a path under a prefix.

        Raises:
            StorageError: Its leaf says why the object cannot be read.
        """
        there = place.within(path)
        with self._edge(str(there), "GetObject"):
            try:
                head = self._client.head_object(Bucket=there.bucket, Key=there.key)
            except _errors().ClientError:  # HEAD has no body, so only GET can give the reason
                self._client.get_object(Bucket=there.bucket, Key=there.key, Range="bytes=0-0")
                raise
        return S3Object(there.bucket, there.key, head["ContentLength"], head["ETag"])

    def stream(self, found: S3Object, start: int, end: int) -> Iterator[bytes]:
        """Bytes ``[start, end)`` of an object. After a cut connection, reading goes on there.

        Raises:
            StorageChanged: The object is no longer the one that was found.
            StorageUnavailable: The connection broke too often without a byte in between.
            StorageError: Another leaf says why the object cannot be read.
        """
        n_failures = 0
        while start < end:
            with self._edge(found.url, "GetObject"):
                body = self._open(found, start, end)
            try:
                with closing(body):
                    while chunk := body.read(min(READ_BYTES, self._transfer.piece_bytes)):
                        start, n_failures = start + len(chunk), 0
                        yield chunk
                return
            except (_errors().HTTPClientError, _errors().IncompleteReadError) as error:
                n_failures += 1
                if n_failures >= self._transfer.n_tries:
                    raise StorageUnavailable(found.url, n_failures, why(error)) from error
            pause_s = self._transfer.pause_s * 2**n_failures * random.uniform(0.5, 1.0)
            time.sleep(min(pause_s, LONGEST_PAUSE_S))

    def read(self, place: Place, path: str, most_bytes: int) -> bytes:
        """The content of a small object.

        Raises:
            StorageError: The object cannot be read, or is longer than ``most_bytes``.
        """
        found = self.look(place, path)
        if found.n_bytes > most_bytes:
            raise StorageError(found.url, f"has {found.n_bytes} bytes; at most {most_bytes} fit")
        return b"".join(self.stream(found, 0, found.n_bytes))

    def write(self, place: Place, path: str, content: bytes) -> None:
        """Writes a small object as a whole.

        Raises:
            StorageError: It cannot be written.
        """
        there = place.within(path)
        with self._edge(str(there), "PutObject"):
            self._client.put_object(Bucket=there.bucket, Key=there.key, Body=content)

    def upload(
        self, place: Place, path: str, file: Path, moved: Callable[[int], object], n_threads: int
    ) -> None:
        """Uploads a file in parts. With ``n_threads=1`` only the caller's thread is used.

        Raises:
            StorageError: It cannot be written.
        """
        from boto3.exceptions import S3UploadFailedError
        from boto3.s3.transfer import TransferConfig

        there = place.within(path)
        config = TransferConfig(
            multipart_threshold=self._transfer.part_bytes,
            multipart_chunksize=max(self._transfer.part_bytes, 5 * MIB),  # S3's minimum
            max_concurrency=n_threads,
            use_threads=n_threads > 1,
        )
        with self._edge(str(there), "PutObject"):
            try:
                self._client.upload_file(
                    str(file), there.bucket, there.key, Config=config, Callback=moved
                )
            except S3UploadFailedError as error:
                raise (error.__context__ or error) from None

    def _open(self, found: S3Object, start: int, end: int) -> Any:
        answer = self._client.get_object(
            Bucket=found.bucket,
            Key=found.key,
            Range=f"bytes={start}-{end - 1}",
            IfMatch=found.etag,
        )
        if answer["ETag"] != found.etag:  # a server that does not know If-Match
            raise StorageChanged(found.url)
        if answer.get("ContentRange") != f"bytes {start}-{end - 1}/{found.n_bytes}":
            raise StorageError(found.url, "the storage does not answer ranged requests")
        return answer["Body"]

    @property
    def _limits(self) -> TimeLimits:
        transfer = self._transfer
        return TimeLimits(
            connect_s=min(CONNECT_S, transfer.timeout_s),
            read_s=transfer.timeout_s,
            attempts=transfer.n_tries,
            connections=transfer.workers + 2,
        )

    @cached_property
    def _client(self) -> Any:
        return connect(self._limits)

    def _edge(self, place: str, action: str) -> AbstractContextManager[None]:
        return storage_edge(place, action, self._limits)


def _errors() -> Any:
    """botocore's exceptions, imported only where S3 is used."""
    import botocore.exceptions

    return botocore.exceptions
