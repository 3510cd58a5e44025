"""Objects in S3: found, read by ranges, written. Every failure has a name (wordlight.errors)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordlight.errors import (
    ClockSkewed,
    CredentialsExpired,
    CredentialsMissing,
    CredentialsWrong,
    StorageChanged,
    StorageDenied,
    StorageError,
    StorageMissing,
    StorageUnavailable,
)
from wordlight.volume._transfer import MIB, S3Prefix, Transfer

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
WRONG = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidClientTokenId"}
READ_BYTES = MIB
CONNECT_S = 10.0
LONGEST_PAUSE_S = 20.0


@dataclass(frozen=True, slots=True)
class S3Object:
    """One object as it is now; ``etag`` changes when it does."""

    bucket: str
    key: str
    n_bytes: int
    etag: str

    @property
    def url(self) -> str:
        """Its address."""
        return f"s3://{self.bucket}/{self.key}"


class S3:
    """A client; endpoint, region and credentials come by boto3's own chain."""

    def __init__(self, transfer: Transfer) -> None:
        self._transfer = transfer

    def look(self, place: S3Prefix, path: str) -> S3Object:
        """The object at a path under a prefix.

        Raises:
            StorageError: Its leaf says why it cannot be read.
        """
        key = place.key(path)
        with self._named(f"s3://{place.bucket}/{key}", "GetObject"):
            try:
                head = self._client.head_object(Bucket=place.bucket, Key=key)
            except _errors().ClientError:  # HEAD has no body, so only GET can give the reason
                self._client.get_object(Bucket=place.bucket, Key=key, Range="bytes=0-0")
                raise
        return S3Object(place.bucket, key, head["ContentLength"], head["ETag"])

    def stream(self, found: S3Object, start: int, end: int) -> Iterator[bytes]:
        """Bytes ``[start, end)`` of an object; a cut connection is taken up where it broke.

        Raises:
            StorageChanged: The object is no longer the one that was found.
            StorageUnavailable: The connection broke too often without a byte in between.
            StorageError: Another leaf says why it cannot be read.
        """
        n_failures = 0
        while start < end:
            with self._named(found.url, "GetObject"):
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
                    raise StorageUnavailable(found.url, n_failures, _reason(error)) from error
            pause_s = self._transfer.pause_s * 2**n_failures * random.uniform(0.5, 1.0)
            time.sleep(min(pause_s, LONGEST_PAUSE_S))

    def read(self, place: S3Prefix, path: str, most_bytes: int) -> bytes:
        """A small object whole.

        Raises:
            StorageError: It cannot be read, or is longer than ``most_bytes``.
        """
        found = self.look(place, path)
        if found.n_bytes > most_bytes:
            raise StorageError(found.url, f"has {found.n_bytes} bytes; at most {most_bytes} fit")
        return b"".join(self.stream(found, 0, found.n_bytes))

    def write(self, place: S3Prefix, path: str, content: bytes) -> None:
        """A small object, replaced whole.

        Raises:
            StorageError: It cannot be written.
        """
        key = place.key(path)
        with self._named(f"s3://{place.bucket}/{key}", "PutObject"):
            self._client.put_object(Bucket=place.bucket, Key=key, Body=content)

    def upload(
        self, place: S3Prefix, path: str, file: Path, moved: Callable[[int], object], n_threads: int
    ) -> None:
        """A file, in parts. With one thread it runs in the caller's own, which may be a daemon.

        Raises:
            StorageError: It cannot be written.
        """
        from boto3.exceptions import S3UploadFailedError
        from boto3.s3.transfer import TransferConfig

        key = place.key(path)
        config = TransferConfig(
            multipart_threshold=self._transfer.part_bytes,
            multipart_chunksize=max(self._transfer.part_bytes, 5 * MIB),  # S3's least
            max_concurrency=n_threads,
            use_threads=n_threads > 1,
        )
        with self._named(f"s3://{place.bucket}/{key}", "PutObject"):
            try:
                self._client.upload_file(
                    str(file), place.bucket, key, Config=config, Callback=moved
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

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        def made(**options: Any) -> Any:
            config = Config(
                retries={"mode": "standard", "total_max_attempts": self._transfer.n_tries},
                connect_timeout=min(CONNECT_S, self._transfer.timeout_s),
                read_timeout=self._transfer.timeout_s,
                max_pool_connections=self._transfer.workers + 2,
                # We check sha256 ourselves, and not every storage knows S3's newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                **options,
            )
            return boto3.session.Session().client("s3", config=config)

        client = made()
        if "amazonaws.com" in client.meta.endpoint_url:
            return client
        return made(s3={"addressing_style": "path"})  # bucket.host is rarely set up elsewhere

    @contextmanager
    def _named(self, place: str, action: str) -> Iterator[None]:
        """Translates what botocore raises."""
        known = _errors()
        try:
            yield
        except known.ClientError as error:
            raise self._answered(error, place, action) from error
        except (known.NoCredentialsError, known.PartialCredentialsError) as error:
            raise CredentialsMissing(place) from error
        except (known.HTTPClientError, known.ConnectionError) as error:
            raise StorageUnavailable(place, self._transfer.n_tries, _reason(error)) from error
        except (known.BotoCoreError, ValueError) as error:  # ValueError: an endpoint that is no URL
            raise StorageError(place, _reason(error)) from error

    def _answered(self, error: ClientError, place: str, action: str) -> StorageError:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if code in EXPIRED:
            return CredentialsExpired(place)
        if code in WRONG:
            return CredentialsWrong(place, code)
        if code == "RequestTimeTooSkewed":
            return ClockSkewed(place)
        if status == 403:
            return StorageDenied(place, action)
        if status == 404:
            return StorageMissing(place, "bucket" if code == "NoSuchBucket" else "object")
        if status == 412:
            return StorageChanged(place)
        if status in (429, 500, 502, 503, 504):
            return StorageUnavailable(place, self._transfer.n_tries, f"{status} {code}")
        return StorageError(place, f"{code} ({status}): {error.response['Error'].get('Message')}")


def _errors() -> Any:
    """botocore's exceptions, imported only where S3 is used."""
    import botocore.exceptions

    return botocore.exceptions


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
