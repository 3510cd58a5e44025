"""``[weights.<name>]``: a set of files, their source, and the size and hash of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordlight.errors import ManifestUnreadable
from wordlight.manifest._tables import key, read_table, refuse_unknown

REMOTE = ("hf://", "s3://", "https://", "http://")
"""Sources whose files are fetched onto the volume. Files of other sources are used in place."""
FILE_KEYS = ("bytes", "sha256", "recorded")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+=@-]{0,254}")


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of an entry. Its size and hash are checked if the manifest states them.

    ``may_be_recorded`` marks a file that could run code as a pickle, but is loaded only as tensors.
    Such a file needs no stated hash: its first pull records one.
    """

    path: str
    n_bytes: int | None
    sha256: str | None
    may_be_recorded: bool = False


@dataclass(frozen=True, slots=True)
class WeightEntry:
    """A named set of files and their source.

    ``source`` is ``file://<folder beside the manifest>``, ``package://<package>/<folder>`` for
    weights that a Python package carries, ``hf://<owner>/<repository>``,
    ``s3://<bucket>/<prefix>``, or ``https://<host>/<folder>``.
    """

    name: str
    source: str
    revision: str
    files: tuple[WeightFile, ...]

    @property
    def is_remote(self) -> bool:
        """Whether the entry's files are fetched onto the volume."""
        return self.source.startswith(REMOTE)

    @property
    def n_bytes(self) -> int:
        """The size of the entry's files in bytes, as far as the manifest states it."""
        return sum(file.n_bytes or 0 for file in self.files)


@dataclass(frozen=True, slots=True)
class _EntryTable:
    source: str = key("where its files come from")
    files: Mapping[str, Any] = key("what is known of each file")
    revision: str = key("which revision of the source", "")


def read_entry(name: str, values: object, manifest: Path) -> WeightEntry:
    """The entry of that name.

    Raises:
        ManifestUnreadable: A key is missing or unknown, a value has the wrong type, or a path is
            unsafe.
    """
    entry = read_table(_EntryTable, values, manifest, f"weights.{name}")
    for what, path in (("name", name), ("revision", entry.revision or "main")):
        _refuse_unsafe(name, what, path)
    files = tuple(_file(name, path, facts, manifest) for path, facts in entry.files.items())
    return WeightEntry(name, entry.source, entry.revision, files)


def is_safe_path(path: str) -> bool:
    """Whether a relative path stays in its folder, and its names are plain on disk and in S3.

    >>> [is_safe_path(p) for p in ("net/model.bin", "../model.bin", "/etc/x", "a//b", ".ready")]
    [True, False, False, False, False]
    """
    return len(path) <= 900 and all(_SEGMENT.fullmatch(name) for name in path.split("/"))


def _file(name: str, path: str, facts: object, manifest: Path) -> WeightFile:
    _refuse_unsafe(name, "file", path)
    if not isinstance(facts, dict):
        section = f"weights.{name}.files"
        raise ManifestUnreadable(
            manifest, f"has {path} = {facts!r} in [{section}]; it must be a table"
        )
    refuse_unknown(facts, FILE_KEYS, manifest, f"weights.{name}.files.{path}")
    where = f"weights {name!r}: {path}"
    n_bytes, sha256, recorded = (facts.get(fact) for fact in FILE_KEYS)
    if n_bytes is not None and (
        not isinstance(n_bytes, int) or isinstance(n_bytes, bool) or n_bytes < 0
    ):
        raise ManifestUnreadable(where, f"has bytes = {n_bytes!r}; a count is needed")
    if sha256 is not None and not _SHA256.fullmatch(str(sha256)):
        what = f"has sha256 = {sha256!r}; 64 lower-case hexadecimal digits are needed"
        raise ManifestUnreadable(where, what)
    if recorded not in (None, True):
        raise ManifestUnreadable(where, f"has recorded = {recorded!r}; only true is known")
    return WeightFile(path, n_bytes, sha256, bool(recorded))


def _refuse_unsafe(name: str, what: str, path: str) -> None:
    if not is_safe_path(path):
        raise ManifestUnreadable(
            f"weights {name!r}:",
            f"{what} {path!r} is not a plain relative path (letters, digits and _.+=@- only; no "
            "part may be empty or begin with a dot or a dash)",
        )
