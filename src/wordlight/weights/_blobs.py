"""Where weights lie on the volume.

``blobs/<sha256>`` holds each file once; ``models/<name>/<revision>/<path>`` links to it;
``models/<name>/<revision>/.ready`` is written last and says what is there. It is the record of the
first pull too, and outlives what it speaks of (`_record`, `_prune`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wordlight.errors import VolumeFull, VolumeWithoutLinks, WeightsMissing
from wordlight.storage import free_bytes, move_whole, write_whole
from wordlight.weights._profile import WeightEntry, WeightFile
from wordlight.weights._record import Expected, Known, Ready
from wordlight.weights._transfer import Watch

READY = ".ready"
PUSH = ".push"
HEADROOM = 1.1
"""Of what is still to be written: so much room must be free."""


def revision_of(entry: WeightEntry) -> str:
    """The folder name of an entry's revision."""
    return entry.revision or "main"


@dataclass(frozen=True, slots=True)
class BlobStore:
    """The weights of one volume."""

    volume: Path

    @property
    def root(self) -> Path:
        """The folder of blobs."""
        return self.volume / "blobs"

    @property
    def unfinished(self) -> Path:
        """The folder of what is being fetched."""
        return self.root / ".unfinished"

    def blob(self, sha256: str) -> Path:
        """Where content with that hash lies."""
        return self.root / sha256

    def folder(self, entry: WeightEntry) -> Path:
        """Where an entry's links lie."""
        return self.volume / "models" / entry.name / revision_of(entry)

    def ready(self, entry: WeightEntry) -> Ready | None:
        """The entry's marker; None: it never was whole, or the marker is unreadable."""
        try:
            return Ready.from_json((self.folder(entry) / READY).read_bytes())
        except (OSError, ValueError):
            return None

    def link(self, entry: WeightEntry, path: str, sha256: str) -> None:
        """Lets an entry's path lead to a blob, in one step."""
        at = self.folder(entry) / path
        at.parent.mkdir(parents=True, exist_ok=True)
        beside = at.with_name(f".{at.name}.new")
        beside.unlink(missing_ok=True)
        try:
            beside.symlink_to(os.path.relpath(self.blob(sha256), at.parent))
        except OSError as error:
            raise VolumeWithoutLinks(self.volume, error) from error
        move_whole(beside, at)

    def holds(self, entry: WeightEntry) -> bool:
        """Whether anything of an entry lies here, be it whole or not."""
        return any(os.path.lexists(self.folder(entry) / file.path) for file in entry.files)

    def mark(
        self, entry: WeightEntry, where: str, files: Mapping[str, Known], commit: str = ""
    ) -> None:
        """Writes the marker; everything it speaks of is in place."""
        recorded = tuple(file.path for file in entry.files if file.sha256 is None)
        ready = Ready(entry.name, revision_of(entry), where, files, commit, recorded)
        write_whole(self.folder(entry) / READY, ready.to_json())

    def make_room(self, n_bytes: int) -> None:
        """Refuses to start what cannot end.

        Raises:
            VolumeFull: Less than ``n_bytes`` and a tenth are free.
        """
        free = free_bytes(self.volume)
        if free < n_bytes * HEADROOM:
            raise VolumeFull(str(self.volume), int(n_bytes * HEADROOM), free)

    def expected(self, entry: WeightEntry, file: WeightFile) -> Expected:
        """Size and hash as the manifest states them, else the marker, else the blob's own name."""
        ready, at = self.ready(entry), self.folder(entry) / file.path
        if ready is not None and file.path in ready.files:
            return Expected.of(file, ready.files[file.path], str(self.folder(entry) / READY))
        if file.sha256 is None and at.is_symlink():
            return Expected(file.n_bytes, at.readlink().name, str(at))
        return Expected.of(file)

    def check(self, entry: WeightEntry, watch: Watch) -> dict[str, Known]:
        """What an entry's files are, after reading every byte of them.

        Raises:
            WeightsMissing, WeightsCorrupt: What is wrong, and where.
        """
        expected = {file.path: self.expected(entry, file) for file in entry.files}
        return check_files(entry, self.folder(entry), expected, watch)


def stated(entry: WeightEntry) -> dict[str, Expected]:
    """What the manifest alone says of an entry's files, by path."""
    return {file.path: Expected.of(file) for file in entry.files}


def check_files(
    entry: WeightEntry, folder: Path, expected: Mapping[str, Expected], watch: Watch
) -> dict[str, Known]:
    """What the files in a folder are, by path.

    Raises:
        WeightsMissing, WeightsCorrupt: What is wrong, and where.
    """
    found = {}
    for path, wanted in expected.items():
        at = folder / path
        if not at.is_file():
            raise WeightsMissing(entry.name, str(at), f"fetch it from {entry.source}")
        size = at.stat().st_size
        wanted.check_bytes(entry.name, str(at), size)
        digest = sha256_of(at, watch, f"checking {path}")
        wanted.check_sha256(entry.name, str(at), digest)
        found[path] = Known(size, digest)
    return found


def sha256_of(path: Path, watch: Watch, what: str) -> str:
    """The hash of a file in hexadecimal."""
    n_bytes, done, digest = path.stat().st_size, 0, hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(8 << 20):
            digest.update(block)
            done += len(block)
            watch.moved(what, done, n_bytes)
    return digest.hexdigest()
