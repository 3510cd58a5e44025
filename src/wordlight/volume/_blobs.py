"""Where weights lie on the volume.

``blobs/<sha256>`` holds each file once; ``models/<name>/<revision>/<path>`` links to it;
``models/<name>/<revision>/.ready`` is written last and says what is there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from wordlight.errors import SetupError, VolumeFull, WeightsCorrupt, WeightsMissing
from wordlight.volume._parts import sync_folder
from wordlight.volume._profile import WeightEntry, WeightFile
from wordlight.volume._transfer import Watch

READY = ".ready"
PUSH = ".push"
HEADROOM = 1.1
"""Of what is still to be written: so much room must be free."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a file must be."""

    n_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The marker of a whole entry: what each file is, and where it came from."""

    name: str
    revision: str
    where: str
    files: Mapping[str, Known]

    def to_json(self) -> str:
        """As it lies on the volume and in the bucket."""
        files = {path: asdict(known) for path, known in sorted(self.files.items())}
        fields = {"name": self.name, "revision": self.revision, "where": self.where}
        return json.dumps({**fields, "files": files}, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> Ready:
        """The marker, read.

        Raises:
            ValueError: It is none.
        """
        try:
            fields = json.loads(text)
            files = {path: Known(**known) for path, known in fields.pop("files").items()}
            return cls(files=files, **fields)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"not a marker: {error}") from error


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
            raise SetupError(f"volume {self.volume} takes no symbolic links: {error}") from error
        beside.replace(at)
        sync_folder(at.parent)

    def mark(self, entry: WeightEntry, where: str, files: Mapping[str, Known]) -> None:
        """Writes the marker; everything it speaks of is in place."""
        ready = Ready(entry.name, revision_of(entry), where, files)
        write_whole(self.folder(entry) / READY, ready.to_json())

    def make_room(self, n_bytes: int) -> None:
        """Refuses to start what cannot end.

        Raises:
            VolumeFull: Less than ``n_bytes`` and a tenth are free.
        """
        free_bytes = shutil.disk_usage(self.volume).free
        if free_bytes < n_bytes * HEADROOM:
            raise VolumeFull(str(self.volume), int(n_bytes * HEADROOM), free_bytes)

    def expected(self, entry: WeightEntry, file: WeightFile) -> tuple[int | None, str | None]:
        """Size and hash as the manifest states them, else the marker, else the blob's own name."""
        ready = self.ready(entry)
        known = ready.files.get(file.path) if ready else None
        at = self.folder(entry) / file.path
        if known is None:
            return file.n_bytes, file.sha256 or (at.readlink().name if at.is_symlink() else None)
        n_bytes = known.n_bytes if file.n_bytes is None else file.n_bytes
        return n_bytes, file.sha256 or known.sha256

    def check(self, entry: WeightEntry, watch: Watch) -> dict[str, Known]:
        """What an entry's files are, after reading every byte of them.

        Raises:
            WeightsMissing, WeightsCorrupt: What is wrong, and where.
        """
        expected = {file.path: self.expected(entry, file) for file in entry.files}
        return check_files(entry, self.folder(entry), expected, watch)


def check_files(
    entry: WeightEntry,
    folder: Path,
    expected: Mapping[str, tuple[int | None, str | None]],
    watch: Watch,
) -> dict[str, Known]:
    """What the files in a folder are; ``expected`` has size and hash by path, None for any.

    Raises:
        WeightsMissing, WeightsCorrupt: What is wrong, and where.
    """
    found = {}
    for path, (n_bytes, sha256) in expected.items():
        at = folder / path
        if not at.is_file():
            raise WeightsMissing(entry.name, str(at), f"fetch it from {entry.source}")
        size = at.stat().st_size
        if n_bytes is not None and size != n_bytes:
            raise WeightsCorrupt(entry.name, str(at), "bytes", str(n_bytes), str(size))
        digest = sha256_of(at, watch, f"checking {path}")
        if sha256 is not None and digest != sha256:
            raise WeightsCorrupt(entry.name, str(at), "sha256", sha256, digest)
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


def write_whole(path: Path, text: str) -> None:
    """Writes a small file so that it is there whole or not at all."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    sync_folder(path.parent)
