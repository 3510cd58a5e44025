"""The profile and its weights: complete by size, or by hash where it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.filesize import decimal

from wordlight.doctor._finding import Complaint, Finding, State, absent, fine
from wordlight.errors import SetupError, WeightsChanged, WeightsCorrupt, WeightsMissing
from wordlight.manifest import Manifest, load_manifest, manifest_folder
from wordlight.weights import BlobStore, Expected, folder_of, lies_here

SIZE_KNOWN_BYTES = 1_000_000
"""An aligner's stated sizes that sum up to less are those of its small files alone."""
PROFILE_UNKNOWN = Complaint(
    "PROFILE_UNKNOWN",
    State.ERROR,
    "{reason}",
    "No folder of that name with a manifest.toml in it: a misspelt --models, or "
    "WORDLIGHT_MANIFESTS names the wrong folder.",
    "choose mini or full with --models, or set WORDLIGHT_MANIFESTS to the folder that holds it",
)
MANIFEST_UNREADABLE = Complaint(
    "MANIFEST_UNREADABLE",
    State.ERROR,
    "{reason}",
    "The manifest is not TOML, lacks a field, or names weights that it does not describe.",
    "mend it there, or restore the file from the release",
)
WEIGHTS_MISSING = Complaint(
    "WEIGHTS_MISSING",
    State.ERROR,
    "weights {name!r}: {file} is missing",
    "A file that the profile needs is not on this machine, and nothing would fetch it at start.",
    "fetch it from {source}",
)
WEIGHTS_TO_FETCH = Complaint(
    "WEIGHTS_TO_FETCH",
    State.WARNING,
    "weights {name!r}: {n_missing} of {n_files} files are not in {folder} yet",
    "The server fetches them when it starts; until then it is not ready.",
    "fetch them before: wordlight volume pull; or let the start do it, from {source}",
)
WEIGHTS_CORRUPT = Complaint(
    "WEIGHTS_CORRUPT",
    State.ERROR,
    "weights {name!r}: {file} has {what} {got}, the manifest says {expected}",
    "A download was cut short, a disk flipped a bit, or the manifest belongs to other weights.",
    "delete the file and fetch it again",
)
WEIGHTS_CHANGED = Complaint(
    "WEIGHTS_CHANGED",
    State.ERROR,
    "weights {name!r}: {file} has {what} {got}, and its first pull recorded {expected} in {record}",
    "The manifest states no hash of this file; what its first pull brought is what it must stay. A "
    "disk flipped a bit, somebody replaced the file, or its source has another now.",
    "keep what that pull brought, or, if you trust the new one, delete that record and try again",
)
WEIGHTS_UNREADABLE = Complaint(
    "WEIGHTS_UNREADABLE",
    State.ERROR,
    "weights {name!r}: {file} cannot be read: {reason}",
    "The file belongs to another user, or the disk fails.",
    "open it to the user that serves: chmod a+r {file}; if the disk fails, fetch it anew elsewhere",
)
ALIGNER_MISSING = Complaint(
    "ALIGNER_MISSING",
    State.WARNING,
    "no aligner for {language}: {reason}",
    "A request in that language is refused, or its words are timed by the profile's own aligner, "
    "roughly; other languages are served.",
    "{remedy}",
)


def check_profile(name: str) -> Manifest | Finding:
    """The profile, or what is wrong with it."""
    try:
        manifest_folder(name)
    except SetupError as error:
        return PROFILE_UNKNOWN.found("profile", reason=error)
    except OSError as error:
        return MANIFEST_UNREADABLE.found("profile", reason=error)
    try:
        return load_manifest(name)
    except (SetupError, OSError) as error:
        return MANIFEST_UNREADABLE.found("profile", reason=error)


def check_weights(profile: Manifest, volume: Path, *, is_deep: bool) -> Iterator[Finding]:
    """A finding for each set of weights, and one for the aligners that were not pulled."""
    extra, not_pulled = profile.optional_aligners, []
    for name, entry in profile.weights.items():
        if name in extra and not lies_here(entry, volume):
            not_pulled.append(_with_size(extra[name], entry.n_bytes))
            continue
        found = _check_entry(profile, name, volume, is_deep)
        if found.state is State.ERROR and name in extra:
            pull = f": wordlight volume pull --language {extra[name]}" if entry.is_remote else ""
            found = ALIGNER_MISSING.found(
                name, language=extra[name], reason=found.seen, remedy=found.remedy + pull
            )
        yield found
    if not_pulled:
        yield absent(
            "aligners",
            f"not pulled: {', '.join(not_pulled)}. Requests in these languages are refused until "
            "`wordlight volume pull --language CODE` has brought them",
        )


def _with_size(language: str, n_bytes: int) -> str:
    return f"{language} {decimal(n_bytes)}" if n_bytes > SIZE_KNOWN_BYTES else language


def weights_bytes(profile: Manifest, volume: Path) -> int:
    """Bytes of the profile's files that are on this machine."""
    total = 0
    for entry in profile.weights.values():
        try:
            folder = folder_of(entry, profile, volume)
            total += sum((folder / file.path).stat().st_size for file in entry.files)
        except (SetupError, OSError):
            continue
    return total


def _check_entry(profile: Manifest, name: str, volume: Path, is_deep: bool) -> Finding:
    entry = profile.weights[name]
    try:
        folder = folder_of(entry, profile, volume)
    except WeightsMissing as error:
        return WEIGHTS_MISSING.told(name, error)
    except SetupError as error:
        return MANIFEST_UNREADABLE.found(name, reason=error)
    try:
        missing = [file for file in entry.files if not (folder / file.path).is_file()]
    except OSError as error:  # a folder that is closed to us
        return WEIGHTS_UNREADABLE.found(name, name=name, file=folder, reason=error.strerror)
    if missing and entry.is_remote:
        return WEIGHTS_TO_FETCH.found(
            name, name=name, n_missing=len(missing), n_files=len(entry.files), folder=folder,
            source=entry.source,
        )  # fmt: skip
    if missing:
        file = str(folder / missing[0].path)
        gone = WeightsMissing(name, file, f"fetch it from {entry.source}")
        return WEIGHTS_MISSING.told(name, gone)
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
            return WEIGHTS_UNREADABLE.found(name, name=name, file=path, reason=error.strerror)
        try:
            wanted.check_bytes(name, str(path), size)
            if digest is not None:
                wanted.check_sha256(name, str(path), digest)
        except WeightsChanged as wrong:
            return WEIGHTS_CHANGED.told(name, wrong)
        except WeightsCorrupt as wrong:
            return WEIGHTS_CORRUPT.told(name, wrong)
        n_bytes += size
        is_hashed &= digest is not None
    checked = "verified by hash" if is_hashed else "complete by size"
    return fine(name, f"{decimal(n_bytes)}, {checked}")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
