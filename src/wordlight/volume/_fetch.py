"""One object from S3 into the blob store, in parallel ranges."""

from __future__ import annotations

import errno
import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

from wordlight.errors import VolumeFull, WeightsCorrupt
from wordlight.volume._blobs import BlobStore, Known
from wordlight.volume._parts import OrderedHash, PartFile, n_recorded
from wordlight.volume._profile import WeightEntry, WeightFile
from wordlight.volume._s3 import S3, S3Object
from wordlight.volume._transfer import Transfer, Watch

FULL = {errno.ENOSPC, errno.EDQUOT}


class Fetcher:
    """Brings objects of one bucket to one volume; one instance for one entry."""

    def __init__(
        self, s3: S3, store: BlobStore, entry: WeightEntry, transfer: Transfer, watch: Watch
    ) -> None:
        self._s3, self._store, self._entry = s3, store, entry
        self._transfer, self._watch = transfer, watch

    def remaining_bytes(self, file: WeightFile, found: S3Object) -> int:
        """What is still to be fetched of an object."""
        return found.n_bytes - n_recorded(self._path(file, found), found)

    def fetch(self, file: WeightFile, found: S3Object) -> Known:
        """The object as a blob, whole and with the hash that the manifest states.

        Raises:
            WeightsCorrupt: It has other bytes; nothing of it is kept.
            VolumeFull: The disk ran full; what can be continued is kept.
            StorageError: It cannot be read; what can be continued is kept.
        """
        if file.n_bytes is not None and found.n_bytes != file.n_bytes:
            self._refuse(found, "bytes", str(file.n_bytes), str(found.n_bytes))
        with self._room(found), PartFile(self._path(file, found), found) as part:
            digest = self._fill(part, file, found)
            if file.sha256 is not None and digest != file.sha256:
                part.discard()
                self._refuse(found, "sha256", file.sha256, digest)
            part.commit(self._store.blob(digest))
        return Known(found.n_bytes, digest)

    def _path(self, file: WeightFile, found: S3Object) -> Path:
        name = file.sha256 or hashlib.sha256(found.url.encode()).hexdigest()
        return self._store.unfinished / name

    def _refuse(self, found: S3Object, what: str, expected: str, got: str) -> None:
        remedy = "put the right object there, or correct the manifest, and pull again"
        raise WeightsCorrupt(self._entry.name, found.url, what, expected, got, remedy)

    @contextmanager
    def _room(self, found: S3Object) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise VolumeFull(str(self._store.volume), found.n_bytes, 0) from error

    def _fill(self, part: PartFile, file: WeightFile, found: S3Object) -> str:
        """Fetches what is missing and hashes on the way; the digest."""
        hashing = OrderedHash(part, found.n_bytes)
        hashing.start()
        stop = threading.Event()

        def work(span: tuple[int, int]) -> None:
            try:
                if not stop.is_set():
                    self._fetch_span(part, file, found, span, stop)
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
        file: WeightFile,
        found: S3Object,
        span: tuple[int, int],
        stop: threading.Event,
    ) -> None:
        recorded = at = span[0]
        try:
            for chunk in self._s3.stream(found, *span):
                if stop.is_set():
                    return
                part.write(at, chunk)
                at += len(chunk)
                if at - recorded >= self._transfer.piece_bytes:
                    part.record(recorded, at)
                    recorded = at
                    self._watch.moved(file.path, part.n_done, found.n_bytes)
        finally:
            if at > recorded:
                part.record(recorded, at)
                self._watch.moved(file.path, part.n_done, found.n_bytes)
