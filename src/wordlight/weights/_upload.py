"""Pushes entries that are whole on the volume into the bucket."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from wordlight.errors import (
    BucketMissing,
    LeaseHeld,
    SetupError,
    StorageMissing,
    WeightsMissing,
    WordlightError,
)
from wordlight.manifest import Manifest, WeightEntry
from wordlight.storage import Lease, Place
from wordlight.weights._blobs import PUSH, BlobStore
from wordlight.weights._cache import blob_path, read_ready, ready_path
from wordlight.weights._objects import S3
from wordlight.weights._record import Expected, Known
from wordlight.weights._transfer import CACHE, Moved, Transfer, Watch

logger = logging.getLogger(__name__)


def push_entry(
    entry: WeightEntry,
    store: BlobStore,
    transfer: Transfer,
    watch: Watch,
    rotten: Sequence[str] = (),
    n_threads: int = 8,
) -> Moved:
    """Pushes an entry into the bucket; returns the figures.

    Every byte is read and checked before it is sent. The marker is sent last. ``rotten`` are hashes
    of objects that must be replaced although they are in the bucket.

    Raises:
        SetupError: No bucket is configured, or a leaf says why the bucket does not take the entry.
        WeightsMissing, WeightsCorrupt: The entry is not whole on the volume.
        WeightsChanged: The first pull that the bucket records brought other bytes.
    """
    if transfer.cache is None:
        raise BucketMissing(CACHE)
    ready = store.ready(entry)
    if ready is None:
        remedy = "pull it first: `wordlight volume pull`"
        raise WeightsMissing(entry.name, str(store.folder(entry)), remedy)
    started_s, n_sent, s3 = time.monotonic(), 0, S3(transfer)
    files = store.check(entry, watch)
    _refuse_other_record(s3, entry, transfer.cache, files)
    for path, known in files.items():
        if known.sha256 in rotten or not _is_there(s3, transfer.cache, known):
            _upload(s3, store, entry, transfer.cache, path, known, watch, n_threads)
            n_sent += known.n_bytes
    marker = replace(ready, files=files).to_json().encode()
    s3.write(transfer.cache, ready_path(entry), marker)
    (store.folder(entry) / PUSH).unlink(missing_ok=True)
    moved = Moved(entry.name, n_sent, time.monotonic() - started_s, f"to {transfer.cache}")
    watch.report(str(moved))
    return moved


def push_pending(manifest: Manifest, store: BlobStore, transfer: Transfer, watch: Watch) -> None:
    """Pushes entries that came from their source and are not yet in the bucket.

    A failure is only logged.
    """
    if transfer.cache is None:
        return
    for entry in manifest.weights.values():
        pending = store.folder(entry) / PUSH
        if not entry.is_remote or not pending.is_file():
            continue
        try:
            with Lease(store.volume / "leases" / "push").held(f"push {entry.name}", wait_s=0.0):
                rotten = pending.read_text(encoding="utf-8").split()
                push_entry(entry, store, transfer, watch, rotten, n_threads=1)
        except LeaseHeld:
            return  # another worker is pushing
        except (WordlightError, OSError) as error:
            logger.warning("%s: not pushed to %s: %s", entry.name, transfer.cache, error)


def push_behind(manifest: Manifest, volume: Path, transfer: Transfer) -> threading.Thread | None:
    """Runs `push_pending` in a daemon thread and returns it; None if there is nothing to push."""
    store = BlobStore(volume)
    pending = [store.folder(entry) / PUSH for entry in manifest.weights.values()]
    if transfer.cache is None or not any(marker.is_file() for marker in pending):
        return None
    work = threading.Thread(
        target=push_pending,
        args=(manifest, store, transfer, Watch()),
        name="push-behind",
        daemon=True,
    )
    work.start()
    return work


def _refuse_other_record(
    s3: S3, entry: WeightEntry, cache: Place, files: Mapping[str, Known]
) -> None:
    """Refuses to replace the bucket's record of a first pull by one with other hashes."""
    unstated = [file for file in entry.files if file.sha256 is None]
    try:
        theirs = read_ready(s3, cache, entry) if unstated else None
    except SetupError:  # the object there is no marker; ours replaces it
        return
    if theirs is None:
        return
    for file in unstated:
        record = f"{cache}/{ready_path(entry)}"
        recorded = Expected.of(file, theirs.files.get(file.path), record)
        recorded.check_sha256(entry.name, f"{file.path} on this volume", files[file.path].sha256)


def _is_there(s3: S3, cache: Place, known: Known) -> bool:
    try:
        return s3.look(cache, blob_path(known.sha256)).n_bytes == known.n_bytes
    except StorageMissing:
        return False


def _upload(
    s3: S3,
    store: BlobStore,
    entry: WeightEntry,
    cache: Place,
    path: str,
    known: Known,
    watch: Watch,
    n_threads: int,
) -> None:
    done, guard = 0, threading.Lock()

    def moved(n_bytes: int) -> None:
        nonlocal done
        with guard:
            done += n_bytes
        watch.moved(path, done, known.n_bytes)

    s3.upload(cache, blob_path(known.sha256), store.folder(entry) / path, moved, n_threads)
