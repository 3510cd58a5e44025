"""Pulls an entry onto the volume: from the bucket first, and the rest from the entry's source."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath

from wordlight.errors import (
    LeaseLost,
    SetupError,
    StorageError,
    StorageMissing,
    VolumeFull,
    WeightsChanged,
    WeightsCorrupt,
    WeightsMissing,
    WeightsUnpinned,
)
from wordlight.manifest import WeightEntry, WeightFile
from wordlight.storage import Held, Lease, Place, volume_edge
from wordlight.weights._blobs import PUSH, BlobStore, sha256_of
from wordlight.weights._cache import blob_path, read_ready, ready_path
from wordlight.weights._fetcher import F, Fetcher, Origin
from wordlight.weights._hub import fetch_from_hub
from wordlight.weights._objects import S3
from wordlight.weights._record import Expected, Known, Ready
from wordlight.weights._transfer import Moved, Transfer, Watch, parse_prefix
from wordlight.weights._web import Web, refuse_plain_http

HARMLESS = {".safetensors", ".json", ".txt", ".yaml", ".yml", ".md"}
"""Files that cannot run code when they are loaded. Any other may be a pickle, and needs a hash."""


@contextmanager
def writing(volume: BlobStore, purpose: str, watch: Watch, wait_s: float) -> Iterator[Held]:
    """The lease for writing weights on a volume: one worker at a time pulls or prunes."""
    with lease_of(volume).held(purpose, wait_s=wait_s, on_wait=watch.report) as held:
        yield held


def lease_of(volume: BlobStore) -> Lease:
    """The lease that `writing` holds."""
    return Lease(volume.volume / "leases" / "weights")


def refuse_unpinned(entry: WeightEntry) -> None:
    """Refuses a remote entry if a file without a stated hash may run code when it is loaded.

    Raises:
        WeightsUnpinned: The entry has such a file.
    """
    for file in entry.files:
        is_harmless = PurePosixPath(file.path).suffix in HARMLESS or file.may_be_recorded
        if entry.is_remote and file.sha256 is None and not is_harmless:
            raise WeightsUnpinned(entry.name, file.path)


class Pull:
    """Pulls one entry onto the volume. The caller must hold the lease."""

    def __init__(
        self, entry: WeightEntry, store: BlobStore, transfer: Transfer, watch: Watch, held: Held
    ) -> None:
        self._entry, self._store, self._held = entry, store, held
        self._transfer, self._watch = transfer, watch
        self._s3 = S3(transfer)
        self._have: dict[str, Known] = {}
        self._rotten: list[str] = []
        self._theirs: Ready | None = None
        ours = store.ready(entry)
        self._commit = ours.commit if ours else ""

    def run(self) -> list[Moved]:
        """Makes the entry whole; returns the figures of each place from which files came.

        Raises:
            WeightsMissing, WeightsCorrupt, StorageError, VolumeFull: The entry cannot be made
                whole from its source.
        """
        for folder in (self._store.unfinished, self._store.folder(self._entry)):
            folder.mkdir(parents=True, exist_ok=True)
        self._have = self._on_volume()
        moved = []
        if self._lacking and self._transfer.cache is not None:
            moved += self._from_cache(self._transfer.cache)
        came_from_source = bool(self._lacking)
        if came_from_source:
            moved.append(self._timed(self._entry.source, self._from_source))
        self._held.check()
        for path, known in self._have.items():
            self._store.link(self._entry, path, known.sha256)
        if came_from_source and self._transfer.cache is not None:
            (self._store.folder(self._entry) / PUSH).write_text("\n".join(self._rotten))
        where = moved[-1].where.removeprefix("from ") if moved else "the volume"
        self._store.mark(self._entry, where, self._have, self._commit)
        for figures in moved:
            self._watch.report(str(figures))
        return moved

    @property
    def _lacking(self) -> list[WeightFile]:
        return [file for file in self._entry.files if file.path not in self._have]

    def _expected(self, file: WeightFile) -> Expected:
        """The size and hash of a file: from the manifest, this volume's record or the bucket's."""
        expected = self._store.expected(self._entry, file)
        if expected.sha256 is None and self._theirs is not None:
            record = f"{self._transfer.cache}/{ready_path(self._entry)}"
            return Expected.of(file, self._theirs.files.get(file.path), record)
        return expected

    def _on_volume(self) -> dict[str, Known]:
        """The files that are already here and whole. A blob with another hash is deleted."""
        have = {}
        for file in self._entry.files:
            sha256 = self._store.expected(self._entry, file).sha256
            if sha256 is None:
                continue
            blob, at = self._store.blob(sha256), self._store.folder(self._entry) / file.path
            by_hand = at.is_file() and not at.is_symlink() and not blob.is_file()
            if by_hand and sha256_of(at, self._watch, f"checking {file.path}") == sha256:
                at.replace(blob)
            elif not blob.is_file():
                continue
            if sha256_of(blob, self._watch, f"checking {file.path}") == sha256:
                have[file.path] = Known(blob.stat().st_size, sha256)
            else:
                self._watch.report(f"{self._entry.name}: {blob} is corrupt; fetching it again")
                blob.unlink()
        return have

    def _from_cache(self, cache: Place) -> list[Moved]:
        """The figures of what the bucket gave. If the bucket fails, the pull goes on without it."""
        try:
            moved = self._timed(str(cache), lambda: self._blobs_of(cache))
        except (VolumeFull, LeaseLost, WeightsChanged):
            raise
        except StorageMissing as error:
            self._watch.report(f"{self._entry.name}: not in {cache} yet ({error})")
        except (SetupError, StorageError) as error:
            self._watch.report(
                f"{self._entry.name}: going on without {cache}: {error}; {error.remedy}"
            )
        else:
            return [moved]
        return []

    def _blobs_of(self, cache: Place) -> int:
        if any(file.sha256 is None for file in self._lacking):
            self._heed(cache)
        wanted = {}
        for file in self._lacking:
            sha256 = self._expected(file).sha256
            if sha256 is None:
                raise StorageMissing(f"{cache}/{ready_path(self._entry)}", "object")
            wanted[file.path] = Expected(file.n_bytes, sha256)  # a blob's name is its hash
        found = {
            path: self._s3.look(cache, blob_path(str(expected.sha256)))
            for path, expected in wanted.items()
        }
        return self._files(self._fetcher(self._s3), wanted, found, str(cache))

    def _heed(self, cache: Place) -> None:
        """Adopts the bucket's record of the first pull, if this volume has none.

        Raises:
            WeightsChanged: Both have a record, and the records differ.
        """
        theirs = read_ready(self._s3, cache, self._entry)
        if theirs is None:
            return
        for file in self._entry.files:
            if file.sha256 is None and file.path in theirs.files:
                ours, sha256 = (
                    self._store.expected(self._entry, file),
                    theirs.files[file.path].sha256,
                )
                ours.check_sha256(self._entry.name, f"{file.path} in {cache}", sha256)
        self._theirs, self._commit = theirs, self._commit or theirs.commit

    def _from_source(self) -> int:
        entry, wanted = self._entry, {file.path: self._expected(file) for file in self._lacking}
        if entry.source.startswith("s3://"):
            place = parse_prefix(entry.source, f"weights.{entry.name}.source")
            objects = {path: self._s3.look(place, path) for path in wanted}
            return self._files(self._fetcher(self._s3), wanted, objects, str(place))
        if entry.source.startswith("hf://"):
            self._watch.report(f"{entry.name}: fetching from {entry.source}")
            fetched = fetch_from_hub(entry, wanted, self._store, self._watch, self._commit)
            self._have |= fetched.files
            self._commit = fetched.commit
            return sum(known.n_bytes for known in fetched.files.values())
        web = Web(entry, self._store, self._transfer)
        files = {path: web.look(path) for path in wanted}
        return self._files(self._fetcher(web), wanted, files, entry.source)

    def _fetcher(self, origin: Origin[F]) -> Fetcher[F]:
        return Fetcher(origin, self._store, self._entry, self._transfer, self._watch)

    def _files(
        self,
        fetcher: Fetcher[F],
        wanted: Mapping[str, Expected],
        found: Mapping[str, F],
        where: str,
    ) -> int:
        """Fetches files in turn; returns how many bytes had to come over the network."""
        remaining = [fetcher.remaining_bytes(wanted[path], there) for path, there in found.items()]
        self._store.make_room(sum(remaining))
        self._watch.report(f"{self._entry.name}: {sum(remaining) / 1e6:,.1f} MB from {where}")
        for path, there in found.items():
            self._held.check()
            try:
                self._have[path] = fetcher.fetch(path, wanted[path], there)
            except WeightsCorrupt:
                self._rotten.append(wanted[path].sha256 or "")
                raise
        return sum(remaining)

    def _timed(self, where: str, work: Callable[[], int]) -> Moved:
        started_s = time.monotonic()
        n_bytes = work()
        seconds = time.monotonic() - started_s
        return Moved(self._entry.name, n_bytes, seconds, f"from {where}")


def bring_entry(
    entry: WeightEntry, store: BlobStore, transfer: Transfer, watch: Watch, wait_s: float
) -> list[Moved]:
    """Makes a remote entry whole on the volume; returns the figures of what was fetched.

    If the entry is whole already, no bucket or source is asked.

    Raises:
        WeightsUnpinned: A file without a stated hash may run code.
        WeightsCorrupt: A file that was put there by hand has other bytes.
        WeightsChanged: The source has other bytes than its first pull recorded.
        VolumeFull, VolumeReadOnly, FileFailed: The volume does not take it.
        SetupError: Another leaf says why the entry cannot be made whole.
    """
    refuse_unpinned(entry)
    refuse_plain_http(entry)
    if _is_whole(entry, store, watch):
        return []
    with (
        volume_edge(store.volume),
        writing(store, f"pull {entry.name}", watch, wait_s) as held,
    ):
        if _is_whole(entry, store, watch):  # another worker brought it meanwhile
            return []
        return Pull(entry, store, transfer, watch, held).run()


def _is_whole(entry: WeightEntry, store: BlobStore, watch: Watch) -> bool:
    """Whether all files are there and right. Right files that were put there by hand count too."""
    try:
        files = store.check(entry, watch)
    except WeightsMissing:
        return False
    except WeightsCorrupt as error:
        if not (store.folder(entry) / _relative(error, store, entry)).is_symlink():
            raise
        return False
    if store.ready(entry) is None:
        try:
            store.mark(entry, "the volume", files)
        except OSError as error:  # a read-only volume can still be used
            watch.report(f"{entry.name}: no marker on this volume: {error}")
    return True


def _relative(error: WeightsCorrupt, store: BlobStore, entry: WeightEntry) -> str:
    return str(PurePosixPath(error.file).relative_to(store.folder(entry)))
