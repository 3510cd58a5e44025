"""The profile and its weights: complete by size, or by hash where it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from rich.filesize import decimal

from wordlight.doctor._finding import Complaint, Finding, State, absent, fine
from wordlight.errors import SetupError, WeightsCorrupt, WeightsMissing
from wordlight.volume import Profile, folder_of, load_profile, profile_folder

REMOTE = ("hf://", "s3://")

PROFILE_UNKNOWN = Complaint(
    "PROFILE_UNKNOWN",
    State.ERROR,
    "{reason}",
    "No folder of that name with a manifest.toml in it: a misspelt --profile, or WORDLIGHT_MODELS "
    "names the wrong folder.",
    "choose mini or full with --profile, or set WORDLIGHT_MODELS to the folder that holds it",
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
    "Words of that language get no times of their own; other languages are served.",
    "{remedy}",
)


def check_profile(name: str) -> Profile | Finding:
    """The profile, or what is wrong with it."""
    try:
        profile_folder(name)
    except SetupError as error:
        return PROFILE_UNKNOWN.found("profile", reason=error)
    except OSError as error:
        return MANIFEST_UNREADABLE.found("profile", reason=error)
    try:
        return load_profile(name)
    except (SetupError, OSError) as error:
        return MANIFEST_UNREADABLE.found("profile", reason=error)


def check_weights(profile: Profile, volume: Path, *, is_deep: bool) -> Iterator[Finding]:
    """A finding for each set of weights, and one for aligners that are fetched when needed."""
    extra = profile.optional_aligners
    for name in profile.weights:
        found = _check_entry(profile, name, volume, is_deep)
        if found.state is State.ERROR and name in extra:
            found = ALIGNER_MISSING.found(
                name, language=extra[name], reason=found.seen, remedy=found.remedy
            )
        yield found
    later = [
        language
        for language, weights in profile.alignment.aligners.items()
        if weights not in profile.weights
    ]
    if later:
        yield absent("aligners", f"{', '.join(later)}: whisperx fetches each when first needed")


def weights_bytes(profile: Profile, volume: Path) -> int:
    """Bytes of the profile's files that are on this machine."""
    total = 0
    for entry in profile.weights.values():
        try:
            folder = folder_of(entry, profile, volume)
            total += sum((folder / file.path).stat().st_size for file in entry.files)
        except (SetupError, OSError):
            continue
    return total


def _check_entry(profile: Profile, name: str, volume: Path, is_deep: bool) -> Finding:
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
    if missing and entry.source.startswith(REMOTE):
        return WEIGHTS_TO_FETCH.found(
            name, name=name, n_missing=len(missing), n_files=len(entry.files), folder=folder,
            source=entry.source,
        )  # fmt: skip
    if missing:
        file = str(folder / missing[0].path)
        gone = WeightsMissing(name, file, f"fetch it from {entry.source}")
        return WEIGHTS_MISSING.told(name, gone)
    return _check_files(profile, name, folder, is_deep)


def _check_files(profile: Profile, name: str, folder: Path, is_deep: bool) -> Finding:
    n_bytes, is_hashed = 0, True
    for file in profile.weights[name].files:
        path = folder / file.path
        try:
            size = path.stat().st_size
            digest = _sha256(path) if is_deep and file.sha256 else None
        except OSError as error:
            return WEIGHTS_UNREADABLE.found(name, name=name, file=path, reason=error.strerror)
        if file.n_bytes not in (None, size):
            wrong = WeightsCorrupt(name, str(path), "bytes", str(file.n_bytes), str(size))
            return WEIGHTS_CORRUPT.told(name, wrong)
        if digest is not None and file.sha256 is not None and digest != file.sha256:
            wrong = WeightsCorrupt(name, str(path), "sha256", file.sha256, digest)
            return WEIGHTS_CORRUPT.told(name, wrong)
        n_bytes += size
        is_hashed &= digest is not None
    checked = "verified by hash" if is_hashed else "complete by size"
    return fine(name, f"{decimal(n_bytes)}, {checked}")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
