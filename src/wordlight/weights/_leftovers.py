"""Finds and deletes what is no longer needed on the volume."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from wordlight.manifest import Manifest
from wordlight.storage import is_full, volume_edge
from wordlight.weights._blobs import PUSH, READY, BlobStore
from wordlight.weights._download import lease_of, writing
from wordlight.weights._record import Ready
from wordlight.weights._transfer import Watch


@dataclass(frozen=True, slots=True)
class Freed:
    """One file that may be deleted, and why."""

    path: Path
    n_bytes: int
    reason: str


def prune_volume(
    store: BlobStore, keep: Collection[Manifest], watch: Watch, *, is_trial: bool = False
) -> list[Freed]:
    """Deletes what `list_prunable` lists, and returns that; a trial only lists it, writing nothing.

    A lease keeps other workers out. Where the volume is too full for the lease, no other worker can
    take it either: files are then deleted without it, one by one, until it can be taken.

    Raises:
        FileFailed: There is no such volume, or it does not work.
        LeaseHeld: Another worker writes weights there.
        VolumeReadOnly: Nothing can be deleted there.
        VolumeFull: Nothing can be deleted that would make room for the lease.
    """
    with volume_edge(store.volume):
        store.volume.stat()
        if is_trial:
            lease_of(store).check_free()
            return list_prunable(store, keep)
        freed: list[Freed] = []
        while True:
            try:
                with writing(store, "prune", watch, wait_s=0.0):
                    rest = list_prunable(store, keep)
                    prune(rest)
                    return [*freed, *rest]
            except OSError as error:
                if not is_full(error) or not (left := list_prunable(store, keep)):
                    raise
                first = min(left, key=_is_no_marker)
                prune([first])
                freed.append(first)


def list_prunable(store: BlobStore, keep: Collection[Manifest]) -> list[Freed]:
    """The files that may be deleted: unfinished downloads, old revisions, and unlinked blobs.

    A revision is old if no manifest of ``keep`` names it. Without such manifests every revision
    stays, and so does any revision with files that were put there by hand. The record of a first
    pull always stays, so that a later pull brings the same files.
    """
    named = {store.folder(entry) for manifest in keep for entry in manifest.weights.values()}
    folders = [marker.parent for marker in sorted((store.volume / "models").rglob(READY))]
    old = [folder for folder in folders if keep and folder not in named and _is_ours(folder)]
    linked = set(_links(store.volume / "models", old))
    freed = [
        Freed(path, path.stat().st_size, "unfinished")
        for path in sorted(store.unfinished.rglob("*"))
        if path.is_file()
    ]
    for folder in old:
        inside = [path for path in sorted(folder.rglob("*")) if path.is_symlink() or path.is_file()]
        freed += [
            Freed(path, 0, "a revision that no manifest names")
            for path in inside
            if not _is_record(path)
        ]
    for path in sorted(store.root.glob("*")):
        if path.is_file() and path.name not in linked:
            freed.append(Freed(path, path.stat().st_size, "linked from nowhere"))
    return freed


def prune(freed: Collection[Freed]) -> None:
    """Deletes the listed files, markers first, so that nothing half-deleted looks whole."""
    for one in sorted(freed, key=_is_no_marker):
        one.path.unlink(missing_ok=True)
    folders = {one.path.parent for one in freed if one.reason.startswith("a revision")}
    for folder in sorted(folders, key=lambda folder: -len(folder.parts)):
        while folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _is_no_marker(one: Freed) -> bool:
    return one.path.name != READY


def _is_record(path: Path) -> bool:
    """Whether a file is a marker with hashes that its manifest does not state."""
    try:
        return path.name == READY and bool(Ready.from_json(path.read_bytes()).recorded)
    except ValueError:
        return False


def _is_ours(folder: Path) -> bool:
    """Whether a revision holds nothing but links and our markers."""
    return all(
        path.is_symlink() or path.is_dir() or path.name in (READY, PUSH)
        for path in folder.rglob("*")
    )


def _links(models: Path, without: Collection[Path]) -> Iterator[str]:
    for path in models.rglob("*"):
        if path.is_symlink() and not any(folder in path.parents for folder in without):
            yield path.readlink().name
