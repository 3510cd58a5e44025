"""Narrations → objects in a bucket → their addresses."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from wordlight.contract import REPORT_FILE, SUBTITLE_FORMATS
from wordlight.errors import InvalidInput, StorageError, WordlightError
from wordlight.publishing._calls import PublishAnswer, PublishCall
from wordlight.publishing._encoding import FORMATS, encode
from wordlight.publishing._names import KEY_DIGITS, LISTING_FILE, allowed_place, folder_in
from wordlight.publishing._settings import BUCKETS_SETTING, PublishSettings
from wordlight.publishing._storage import Storage
from wordlight.storage import Place, connect, storage_edge

logger = logging.getLogger(__name__)

SPEECH_STEM = "speech"
DEFAULT_FORMAT = "flac"
JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class File:
    """One file to publish."""

    name: str
    content_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


class PublishEngine:
    """Publishes narrations. ``open_s3`` makes the S3 client, once for all threads."""

    def __init__(
        self,
        settings: PublishSettings,
        open_s3: Callable[[], Any],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._storage, self._clock = settings, Storage(open_s3), clock

    @classmethod
    def load(cls, settings: PublishSettings) -> PublishEngine:
        """The engine for these settings. It uses the network only when a request needs it."""
        if not settings.buckets:
            logger.info("%s is empty: nothing will be published", BUCKETS_SETTING)
        return cls(settings, partial(connect, settings.limits))

    def run(self, calls: Sequence[PublishCall]) -> list[PublishAnswer | WordlightError]:
        """The addresses of each narration's files, or why it could not be published."""
        return [self._try(call) for call in calls]

    def _try(self, call: PublishCall) -> PublishAnswer | WordlightError:
        try:
            return self._publish(call)
        except WordlightError as error:
            return error

    def _publish(self, call: PublishCall) -> PublishAnswer:
        started_s = self._clock()
        # before anything is encoded
        root = allowed_place(call.destination, self._settings.buckets)
        files = list(_files(call))
        folder = folder_in(root, call.key, call.request_id, _digest(files))
        for file in (*files, _listing(files)):
            if self._clock() - started_s > self._settings.within_s:
                raise StorageError(
                    str(root), f"the uploads took longer than {self._settings.within_s:g} s"
                )
            self._put(folder.within(file.name), file)
        n_bytes = sum(len(file.body) for file in files)
        took_s = self._clock() - started_s
        logger.info("published %d files, %d bytes in %.2f s", len(files), n_bytes, took_s)
        return PublishAnswer(
            files=[file.name for file in files],
            urls=[self._url(folder.within(file.name), call.expires) for file in files],
            sizes=[len(file.body) for file in files],
        )

    def _put(self, place: Place, file: File) -> None:
        with storage_edge(str(place), "PutObject", self._settings.limits):
            self._storage.client().put_object(
                Bucket=place.bucket,
                Key=place.key,
                Body=file.body,
                ContentType=file.content_type,
                ContentMD5=base64.b64encode(_md5(file.body)).decode(),
            )

    def _url(self, place: Place, expires_s: int | None) -> str:
        if expires_s is None:
            return str(place)
        with storage_edge(str(place), "PutObject", self._settings.limits):
            url: str = self._storage.client().generate_presigned_url(
                "get_object",
                Params={"Bucket": place.bucket, "Key": place.key},
                ExpiresIn=expires_s,
            )
        return url


def _files(call: PublishCall) -> Iterator[File]:
    if not len(call.audio):
        raise InvalidInput("AUDIO", "holds no sample to publish")
    format_ = FORMATS[call.audio_format or DEFAULT_FORMAT]
    audio = encode(call.audio, call.sample_rate, format_)
    yield File(SPEECH_STEM + format_.suffix, format_.content_type, audio)
    for each in SUBTITLE_FORMATS:
        yield File(each.file, each.media_type, getattr(call, each.name).encode())
    yield File(REPORT_FILE, JSON_TYPE, call.report.encode())


def _listing(files: Sequence[File]) -> File:
    listed = [
        {"name": f.name, "type": f.content_type, "bytes": len(f.body), "sha256": f.sha256}
        for f in files
    ]
    return File(LISTING_FILE, JSON_TYPE, json.dumps({"files": listed}, indent=1).encode())


def _digest(files: Sequence[File]) -> str:
    content = "".join(f"{file.name} {file.sha256}\n" for file in files)
    return hashlib.sha256(content.encode()).hexdigest()[:KEY_DIGITS]


def _md5(body: bytes) -> bytes:
    """The checksum that S3 compares with the bytes that arrived. It is not for security."""
    return hashlib.md5(body, usedforsecurity=False).digest()
