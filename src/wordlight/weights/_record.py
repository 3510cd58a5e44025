"""What a file must be: as the manifest states it, else as its first pull recorded it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from wordlight.errors import WeightsChanged, WeightsCorrupt
from wordlight.manifest import WeightFile

AGAIN = "delete the file and fetch it again"


@dataclass(frozen=True, slots=True)
class Known:
    """What a file is."""

    n_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The marker of a whole entry, and the record of its first pull.

    ``recorded`` are the paths whose hash the manifest does not state: they must stay what the
    first pull brought. ``commit`` is what the revision named on the hub then; empty: none is known.
    """

    name: str
    revision: str
    where: str
    files: Mapping[str, Known]
    commit: str = ""
    recorded: tuple[str, ...] = ()

    def to_json(self) -> str:
        """As it lies on the volume and in the bucket."""
        fields: dict[str, object] = {
            "name": self.name, "revision": self.revision, "where": self.where,
        }  # fmt: skip
        if self.commit:
            fields["commit"] = self.commit
        if self.recorded:
            fields["recorded"] = list(self.recorded)
        fields["files"] = {path: asdict(known) for path, known in sorted(self.files.items())}
        return json.dumps(fields, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> Ready:
        """The marker, read.

        Raises:
            ValueError: It is none.
        """
        try:
            fields = json.loads(text)
            files = {path: Known(**known) for path, known in fields.pop("files").items()}
            recorded = tuple(fields.pop("recorded", ()))
            return cls(files=files, recorded=recorded, **fields)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"not a marker: {error}") from error


@dataclass(frozen=True, slots=True)
class Expected:
    """Size and hash that a file must have; None: any.

    ``record`` says where the first pull recorded the hash; empty: the manifest states it.
    """

    n_bytes: int | None = None
    sha256: str | None = None
    record: str = ""

    @classmethod
    def of(cls, file: WeightFile, recorded: Known | None = None, record: str = "") -> Expected:
        """What the manifest states of a file; where it states no hash, what the record has.

        >>> Expected.of(WeightFile("a", None, None), Known(3, "ab"), "there")
        Expected(n_bytes=3, sha256='ab', record='there')
        """
        if recorded is None or file.sha256 not in (None, recorded.sha256):
            return cls(file.n_bytes, file.sha256)
        n_bytes = recorded.n_bytes if file.n_bytes is None else file.n_bytes
        return cls(n_bytes, recorded.sha256, "" if file.sha256 else record)

    def check_bytes(self, name: str, file: str, n_bytes: int, remedy: str = AGAIN) -> None:
        """Checks the size of a file of the entry ``name``.

        Raises:
            WeightsCorrupt, WeightsChanged: It is another.
        """
        if self.n_bytes not in (None, n_bytes):
            self._refuse(name, file, "bytes", str(self.n_bytes), str(n_bytes), remedy)

    def check_sha256(self, name: str, file: str, sha256: str, remedy: str = AGAIN) -> None:
        """Checks the hash of a file of the entry ``name``.

        Raises:
            WeightsCorrupt, WeightsChanged: It is another.
        """
        if self.sha256 not in (None, sha256):
            self._refuse(name, file, "sha256", str(self.sha256), sha256, remedy)

    def _refuse(
        self, name: str, file: str, what: str, expected: str, got: str, remedy: str
    ) -> None:
        if self.record:
            raise WeightsChanged(name, file, what, expected, got, self.record)
        raise WeightsCorrupt(name, file, what, expected, got, remedy)
