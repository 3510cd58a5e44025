"""The manifest and its weights: whether they are complete, by size or, on request, by hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.filesize import decimal

from wordlight.doctor._finding import Finding, State, absent, fine, wrong
from wordlight.errors import (
    AlignerMissing,
    ManifestUnreadable,
    SetupError,
    WeightsCorrupt,
    WeightsMissing,
    WeightsToFetch,
    WeightsUnreadable,
)
from wordlight.manifest import Manifest, load_manifest, manifest_folder
from wordlight.weights import BlobStore, Expected, folder_of, lies_here

SIZE_KNOWN_BYTES = 1_000_000
"""If an aligner's stated sizes add up to less, the size of its large file is not stated."""


def check_manifest(name: str) -> Manifest | Finding:
    """The manifest, or what is wrong with it."""
    try:
        manifest_folder(name)
    except SetupError as error:
        return wrong("manifest", error)
    except OSError as error:
        return wrong("manifest", _unreadable(name, error))
    try:
        return load_manifest(name)
    except SetupError as error:
        return wrong("manifest", error)
    except OSError as error:
        return wrong("manifest", _unreadable(name, error))


def check_weights(manifest: Manifest, volume: Path, *, is_deep: bool) -> Iterator[Finding]:
    """A finding for each set of weights, and one for all aligners that were not pulled."""
    extra, not_pulled = manifest.optional_aligners, []
    for name, entry in manifest.weights.items():
        if name in extra and not lies_here(entry, volume):
            not_pulled.append(_with_size(extra[name], entry.n_bytes))
            continue
        found = _check_entry(manifest, name, volume, is_deep)
        if found.state is State.ERROR and name in extra:
            pull = f": wordlight volume pull --language {extra[name]}" if entry.is_remote else ""
            found = wrong(
                name,
                AlignerMissing(extra[name], found.seen, found.remedy + pull),
            )
        yield found
    if not_pulled:
        yield absent(
            "aligners",
            f"not pulled: {', '.join(not_pulled)}. Requests in these languages are refused until "
            "`wordlight volume pull --language CODE` has brought them",
        )


def _unreadable(name: str, error: OSError) -> ManifestUnreadable:
    return ManifestUnreadable(f"the manifest of the models {name!r}", f"cannot be read: {error}")


def _with_size(language: str, n_bytes: int) -> str:
    return f"{language} {decimal(n_bytes)}" if n_bytes > SIZE_KNOWN_BYTES else language


def weights_bytes(manifest: Manifest, volume: Path) -> int:
    """The size of the manifest's files that are on this machine, in bytes."""
    total = 0
    for entry in manifest.weights.values():
        try:
            folder = folder_of(entry, manifest, volume)
            total += sum((folder / file.path).stat().st_size for file in entry.files)
        except (SetupError, OSError):
            continue
    return total


def _check_entry(manifest: Manifest, name: str, volume: Path, is_deep: bool) -> Finding:
    entry = manifest.weights[name]
    try:
        folder = folder_of(entry, manifest, volume)
    except SetupError as error:
        return wrong(name, error)
    try:
        missing = [file for file in entry.files if not (folder / file.path).is_file()]
    except OSError as error:  # a folder that is closed to us
        return wrong(name, WeightsUnreadable(name=name, file=folder, reason=error.strerror))
    if missing and entry.is_remote:
        n_files = len(entry.files)
        return wrong(name, WeightsToFetch(name, len(missing), n_files, folder, entry.source))
    if missing:
        file = str(folder / missing[0].path)
        return wrong(name, WeightsMissing(name, file, f"fetch it from {entry.source}"))
    store = BlobStore(volume)
    expected = {
        file.path: store.expected(entry, file) if entry.is_remote else Expected.of(file)
        for file in entry.files
    }
    return _check_files(name, folder, expected, is_deep)


def _check_files(
    name: str, folder: Path, expected: Mapping[str, Expected], is_deep: bool
) -> Finding:
    n_bytes, is_hashed = 0, True
    for file, wanted in expected.items():
        path = folder / file
        try:
            size = path.stat().st_size
            digest = _sha256(path) if is_deep and wanted.sha256 else None
        except OSError as error:
            return wrong(name, WeightsUnreadable(name=name, file=path, reason=error.strerror))
        try:
            wanted.check_bytes(name, str(path), size)
            if digest is not None:
                wanted.check_sha256(name, str(path), digest)
        except WeightsCorrupt as error:
            return wrong(name, error)
        n_bytes += size
        is_hashed &= digest is not None
    checked = "verified by hash" if is_hashed else "complete by size"
    return fine(name, f"{decimal(n_bytes)}, {checked}")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
