"""Brings an entry whole onto the volume: from the bucket before the hub, else from its source."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath

from wordlight.buckets import Place
from wordlight.errors import (
    LeaseLost,
    SetupError,
    StorageError,
    StorageMissing,
    VolumeFull,
    WeightsCorrupt,
    WeightsMissing,
    WeightsUnpinned,
)
from wordlight.volume._blobs import PUSH, BlobStore, Known, Ready, revision_of, sha256_of
from wordlight.volume._fetch import FULL, Fetcher
from wordlight.volume._hub import fetch_from_hub
from wordlight.volume._lease import Held, Lease
from wordlight.volume._profile import WeightEntry, WeightFile
from wordlight.volume._s3 import S3
from wordlight.volume._transfer import Moved, Transfer, Watch, parse_prefix

HARMLESS = {".safetensors", ".json", ".txt", ".yaml", ".yml", ".md"}
"""Loaded without running anything. Any other file may be a pickle and needs a hash."""
READY_BYTES = 1 << 20
REMOTE = ("hf://", "s3://")


@contextmanager
def writing(volume: BlobStore, purpose: str, watch: Watch, wait_s: float) -> Iterator[Held]:
    """The right to write weights on a volume: one worker at a time, for pull and prune alike."""
    lease = Lease(volume.volume / "leases" / "weights")
    with lease.held(purpose, wait_s=wait_s, on_wait=watch.says) as held:
        yield held


def ready_path(entry: WeightEntry) -> str:
    """Where an entry's marker lies under the prefix of a bucket."""
    return f"models/{entry.name}/{revision_of(entry)}/ready.json"


def refuse_unpinned(entry: WeightEntry) -> None:
    """Refuses files that may run code when loaded and that no hash vouches for.

    Raises:
        WeightsUnpinned: One that comes from elsewhere is such.
    """
    for file in entry.files:
        harmless = PurePosixPath(file.path).suffix in HARMLESS
        if entry.source.startswith(REMOTE) and file.sha256 is None and not harmless:
            raise WeightsUnpinned(entry.name, file.path)


class Pull:
    """One entry's way onto the volume. Call it while holding the lease."""

    def __init__(
        self, entry: WeightEntry, store: BlobStore, transfer: Transfer, watch: Watch, held: Held
    ) -> None:
        self._entry, self._store, self._held = entry, store, held
        self._transfer, self._watch = transfer, watch
        self._s3 = S3(transfer)
        self._fetcher = Fetcher(self._s3, store, entry, transfer, watch)
        self._have: dict[str, Known] = {}
        self._rotten: list[str] = []

    def run(self) -> list[Moved]:
        """The figures of every place that gave something; then the entry is whole.

        Raises:
            WeightsMissing, WeightsCorrupt, StorageError, VolumeFull: As the last place says.
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
        self._store.mark(self._entry, where, self._have)
        for figures in moved:
            self._watch.says(str(figures))
        return moved

    @property
    def _lacking(self) -> list[WeightFile]:
        return [file for file in self._entry.files if file.path not in self._have]

    def _on_volume(self) -> dict[str, Known]:
        """What is there already and whole; a blob that is not what its name says is deleted."""
        have = {}
        for file in self._entry.files:
            _, sha256 = self._store.expected(self._entry, file)
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
                self._watch.says(f"{self._entry.name}: {blob} is corrupt; fetching it again")
                blob.unlink()
        return have

    def _from_cache(self, cache: Place) -> list[Moved]:
        """What the bucket gave. It is optional: what is wrong with it is told and lived with."""
        try:
            moved = self._timed(str(cache), lambda: self._blobs_of(cache))
        except (VolumeFull, LeaseLost):
            raise
        except StorageMissing as error:
            self._watch.says(f"{self._entry.name}: not in {cache} yet ({error})")
        except (SetupError, StorageError) as error:
            self._watch.says(f"{self._entry.name}: going on without {cache}: {error}")
        else:
            return [moved]
        return []

    def _blobs_of(self, cache: Place) -> int:
        ready: Ready | None = None
        if any(file.sha256 is None for file in self._lacking):
            try:
                ready = Ready.from_json(self._s3.read(cache, ready_path(self._entry), READY_BYTES))
            except ValueError as error:
                raise SetupError(f"{cache}/{ready_path(self._entry)} is {error}") from error
        wanted = []
        for file in self._lacking:
            known = ready.files.get(file.path) if ready else None
            sha256 = file.sha256 or (known.sha256 if known else "")
            pinned = WeightFile(file.path, file.n_bytes, sha256)
            wanted.append((pinned, f"blobs/{sha256}"))
        return self._objects(cache, wanted)

    def _from_source(self) -> int:
        lacking = self._lacking
        if self._entry.source.startswith("s3://"):
            place = parse_prefix(self._entry.source, f"weights.{self._entry.name}.source")
            return self._objects(place, [(file, file.path) for file in lacking])
        self._watch.says(f"{self._entry.name}: fetching from {self._entry.source}")
        fetched = fetch_from_hub(self._entry, lacking, self._store, self._watch)
        self._have |= fetched
        return sum(known.n_bytes for known in fetched.values())

    def _objects(self, place: Place, wanted: Sequence[tuple[WeightFile, str]]) -> int:
        """Fetches objects in turn; bytes that came over the network."""
        found = [(file, self._s3.look(place, path)) for file, path in wanted]
        remaining = [self._fetcher.remaining_bytes(*pair) for pair in found]
        self._store.make_room(sum(remaining))
        self._watch.says(f"{self._entry.name}: {sum(remaining) / 1e6:,.1f} MB from {place}")
        for file, there in found:
            self._held.check()
            try:
                self._have[file.path] = self._fetcher.fetch(file, there)
            except WeightsCorrupt:
                self._rotten.append(file.sha256 or "")
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
    """A remote entry whole on the volume; without a look at any bucket if it is so already.

    Raises:
        WeightsUnpinned: A file of it may run code and no hash vouches for it.
        WeightsCorrupt: A file that somebody else put there has other bytes.
        SetupError: Another leaf says why it cannot be brought.
    """
    refuse_unpinned(entry)
    if _is_whole(entry, store, watch):
        return []
    try:
        with writing(store, f"pull {entry.name}", watch, wait_s) as held:
            if _is_whole(entry, store, watch):  # another worker brought it meanwhile
                return []
            return Pull(entry, store, transfer, watch, held).run()
    except OSError as error:
        if error.errno in FULL:
            needed_bytes = sum(file.n_bytes or 0 for file in entry.files)
            raise VolumeFull(str(store.volume), needed_bytes, 0) from error
        raise SetupError(f"volume {store.volume} cannot be written: {error}") from error


def _is_whole(entry: WeightEntry, store: BlobStore, watch: Watch) -> bool:
    """Whether every file is there and right; files put there by hand are taken as they are."""
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
        except OSError as error:  # a volume that is read only serves all the same
            watch.says(f"{entry.name}: no marker on this volume: {error}")
    return True


def _relative(error: WeightsCorrupt, store: BlobStore, entry: WeightEntry) -> str:
    return str(PurePosixPath(error.file).relative_to(store.folder(entry)))
