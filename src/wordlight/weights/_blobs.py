"""The places of weights on the volume.

``blobs/<sha256>`` holds each file once, and ``models/<name>/<revision>/<path>`` links to it. The
marker ``models/<name>/<revision>/.ready`` is written last and lists the files. It is also the
record of the first pull, and may be kept after the files are deleted (`_record`, `_leftovers`).
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wordlight.errors import VolumeFull, VolumeWithoutLinks, WeightsMissing
from wordlight.manifest import WeightEntry, WeightFile
from wordlight.storage import free_bytes, move_whole, write_whole
from wordlight.weights._record import Expected, Known, Ready
from wordlight.weights._transfer import Watch

READY = ".ready"
PUSH = ".push"
HEADROOM = 1.1
"""The free room needed for each byte that is still to be written."""
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)
"""Source: symlink(2); SMB and FAT answer so."""


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
        """The folder of files that are being fetched."""
        return self.root / ".unfinished"

    def blob(self, sha256: str) -> Path:
        """The path of the file with that hash."""
        return self.root / sha256

    def folder(self, entry: WeightEntry) -> Path:
        """The folder of an entry's links."""
        return self.volume / "models" / entry.name / revision_of(entry)

    def ready(self, entry: WeightEntry) -> Ready | None:
        """The entry's marker; None if the entry was never whole, or the marker is unreadable."""
        try:
            return Ready.from_json((self.folder(entry) / READY).read_bytes())
        except (OSError, ValueError):
            return None

    def link(self, entry: WeightEntry, path: str, sha256: str) -> None:
        """Links an entry's path to a blob, in one step."""
        at = self.folder(entry) / path
        at.parent.mkdir(parents=True, exist_ok=True)
        beside = at.with_name(f".{at.name}.new")
        beside.unlink(missing_ok=True)
        try:
            beside.symlink_to(os.path.relpath(self.blob(sha256), at.parent))
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            raise VolumeWithoutLinks(self.volume, error.strerror) from error
        move_whole(beside, at)

    def holds(self, entry: WeightEntry) -> bool:
        """Whether any file of an entry lies here, whole or not."""
        return any(os.path.lexists(self.folder(entry) / file.path) for file in entry.files)

    def mark(
        self, entry: WeightEntry, where: str, files: Mapping[str, Known], commit: str = ""
    ) -> None:
        """Writes the marker. All files that it lists must be in place before."""
        recorded = tuple(file.path for file in entry.files if file.sha256 is None)
        ready = Ready(entry.name, revision_of(entry), where, files, commit, recorded)
        write_whole(self.folder(entry) / READY, ready.to_json())

    def make_room(self, n_bytes: int) -> None:
        """Checks that there is room for ``n_bytes``, before they are written.

        Raises:
            VolumeFull: Less than ``n_bytes`` plus a tenth are free.
        """
        free = free_bytes(self.volume)
        if free < n_bytes * HEADROOM:
            raise VolumeFull(str(self.volume), int(n_bytes * HEADROOM), free)

    def expected(self, entry: WeightEntry, file: WeightFile) -> Expected:
        """A file's size and hash, from the manifest, else the marker, else the blob's name."""
        ready, at = self.ready(entry), self.folder(entry) / file.path
        if ready is not None and file.path in ready.files:
            return Expected.of(file, ready.files[file.path], str(self.folder(entry) / READY))
        if file.sha256 is None and at.is_symlink():
            return Expected(file.n_bytes, at.readlink().name, str(at))
        return Expected.of(file)

    def check(self, entry: WeightEntry, watch: Watch) -> dict[str, Known]:
        """The sizes and hashes of an entry's files, by path. Every byte is read and checked.

        Raises:
            WeightsMissing, WeightsCorrupt: A file is missing or wrong; the error names it.
        """
        expected = {file.path: self.expected(entry, file) for file in entry.files}
        return check_files(entry, self.folder(entry), expected, watch)


def stated(entry: WeightEntry) -> dict[str, Expected]:
    """The sizes and hashes of an entry's files that the manifest itself states, by path."""
    return {file.path: Expected.of(file) for file in entry.files}


def check_files(
    entry: WeightEntry, folder: Path, expected: Mapping[str, Expected], watch: Watch
) -> dict[str, Known]:
    """The sizes and hashes of the files in a folder, by path. Every byte is read and checked.

    Raises:
        WeightsMissing, WeightsCorrupt: A file is missing or wrong; the error names it.
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
