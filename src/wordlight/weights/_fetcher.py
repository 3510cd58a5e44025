"""Fetches a file from a bucket or a web server into the blob store, in parallel ranges."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from wordlight.errors import WeightsCorrupt
from wordlight.manifest import WeightEntry
from wordlight.weights._blobs import BlobStore
from wordlight.weights._parts import Found, OrderedHash, PartFile, n_recorded
from wordlight.weights._record import Expected, Known
from wordlight.weights._transfer import Transfer, Watch

REMEDY = "put the right object there, or correct the manifest, and pull again"

F_contra = TypeVar("F_contra", bound=Found, contravariant=True)
F = TypeVar("F", bound=Found)


class Origin(Protocol[F_contra]):
    """A place from which files come: `S3` or `Web`."""

    def stream(self, found: F_contra, start: int, end: int) -> Iterator[bytes]:
        """Bytes ``[start, end)`` of a file."""


class Fetcher(Generic[F]):
    """Fetches the files of one entry from one origin to one volume."""

    def __init__(
        self,
        origin: Origin[F],
        store: BlobStore,
        entry: WeightEntry,
        transfer: Transfer,
        watch: Watch,
    ) -> None:
        self._origin, self._store, self._entry = origin, store, entry
        self._transfer, self._watch = transfer, watch

    def remaining_bytes(self, expected: Expected, found: F) -> int:
        """How many bytes of a file are still to be fetched."""
        return found.n_bytes - n_recorded(self._path(expected, found), found)

    def fetch(self, path: str, expected: Expected, found: F) -> Known:
        """Fetches a file as a blob and checks it. ``path`` is its name in reports of progress.

        Raises:
            WeightsCorrupt: The file has other bytes; nothing of it is kept.
            OSError: The volume does not take it. What was fetched is kept, to be continued.
            StorageError, WeightsMissing: The file cannot be read. What was fetched is kept, to be
                continued.
        """
        expected.check_bytes(self._entry.name, found.url, found.n_bytes, REMEDY)
        with PartFile(self._path(expected, found), found) as part:
            digest = self._fill(part, path, found)
            try:
                expected.check_sha256(self._entry.name, found.url, digest, REMEDY)
            except WeightsCorrupt:
                part.discard()
                raise
            part.commit(self._store.blob(digest))
        return Known(found.n_bytes, digest)

    def _path(self, expected: Expected, found: F) -> Path:
        name = expected.sha256 or hashlib.sha256(found.url.encode()).hexdigest()
        return self._store.unfinished / name

    def _fill(self, part: PartFile, path: str, found: F) -> str:
        """Fetches what is missing and hashes the file meanwhile; returns the digest."""
        hashing = OrderedHash(part, found.n_bytes)
        hashing.start()
        stop = threading.Event()

        def work(span: tuple[int, int]) -> None:
            try:
                if not stop.is_set():
                    self._fetch_span(part, path, found, span, stop)
            except BaseException:
                stop.set()
                raise

        try:
            with ThreadPoolExecutor(self._transfer.workers) as pool:
                spans = part.missing(self._transfer.part_bytes)
                jobs = [pool.submit(work, span) for span in spans]
                try:
                    done, _ = wait(jobs, return_when=FIRST_EXCEPTION)
                finally:
                    stop.set()
                for job in sorted(done, key=lambda job: job.exception() is None):
                    job.result()
            return hashing.result()
        finally:
            hashing.stop()

    def _fetch_span(
        self,
        part: PartFile,
        path: str,
        found: F,
        span: tuple[int, int],
        stop: threading.Event,
    ) -> None:
        recorded = at = span[0]
        try:
            for chunk in self._origin.stream(found, *span):
                if stop.is_set():
                    return
                part.write(at, chunk)
                at += len(chunk)
                if at - recorded >= self._transfer.piece_bytes:
                    part.record(recorded, at)
                    recorded = at
                    self._watch.moved(path, part.n_done, found.n_bytes)
        finally:
            if at > recorded:
                part.record(recorded, at)
                self._watch.moved(path, part.n_done, found.n_bytes)
