"""The size and hash that a file must have: from the manifest, else from its first pull."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from wordlight.errors import WeightsChanged, WeightsCorrupt
from wordlight.manifest import WeightFile

AGAIN = "delete the file and fetch it again"


@dataclass(frozen=True, slots=True)
class Known:
    """A file's actual size and hash."""

    n_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The marker of a whole entry, and the record of its first pull.

    ``recorded`` are the paths whose hash the manifest does not state: these files must stay as the
    first pull brought them. ``commit`` is the hub's commit that the revision named then; empty if
    none is known.
    """

    name: str
    revision: str
    where: str
    files: Mapping[str, Known]
    commit: str = ""
    recorded: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The marker as it is written to the volume and the bucket."""
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
        """The marker that a text holds.

        Raises:
            ValueError: The text is not a marker.
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
    """The size and hash that a file must have; None means any.

    ``record`` is where the first pull recorded the hash; empty if the manifest states the hash.
    """

    n_bytes: int | None = None
    sha256: str | None = None
    record: str = ""

    @classmethod
    def of(cls, file: WeightFile, recorded: Known | None = None, record: str = "") -> Expected:
        """The size and hash that the manifest states, completed by the record of the first pull.

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
            WeightsCorrupt, WeightsChanged: The size is wrong.
        """
        if self.n_bytes not in (None, n_bytes):
            self._refuse(name, file, "bytes", str(self.n_bytes), str(n_bytes), remedy)

    def check_sha256(self, name: str, file: str, sha256: str, remedy: str = AGAIN) -> None:
        """Checks the hash of a file of the entry ``name``.

        Raises:
            WeightsCorrupt, WeightsChanged: The hash is wrong.
        """
        if self.sha256 not in (None, sha256):
            self._refuse(name, file, "sha256", str(self.sha256), sha256, remedy)

    def _refuse(
        self, name: str, file: str, what: str, expected: str, got: str, remedy: str
    ) -> None:
        if self.record:
            raise WeightsChanged(name, file, what, expected, got, self.record)
        raise WeightsCorrupt(name, file, what, expected, got, remedy)
