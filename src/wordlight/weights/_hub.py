"""Fetches files from Hugging Face with the hub's own library, which resumes by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordlight.errors import FileFailed, SetupError, WeightsCorrupt, WeightsMissing
from wordlight.manifest import WeightEntry
from wordlight.proxies import masked, spare_loopback
from wordlight.storage import move_whole, sync_file, volume_problem
from wordlight.weights._blobs import BlobStore, sha256_of
from wordlight.weights._record import Expected, Known
from wordlight.weights._transfer import Watch

AGAIN = "pull again; if it stays so, the manifest or the hub's file is wrong"
SHA256 = re.compile(r"[0-9a-f]{64}")
"""The form of the hub's ETag for a large file. A small file's ETag is its object name in git."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The files that the hub gave, by path, and their commit; empty if the hub names no commit."""

    files: dict[str, Known]
    commit: str


def fetch_from_hub(
    entry: WeightEntry,
    wanted: Mapping[str, Expected],
    store: BlobStore,
    watch: Watch,
    commit: str = "",
) -> Fetched:
    """Fetches the files as blobs and checks them.

    Args:
        wanted: The size and hash that each file must have, by path.
        commit: The commit that an earlier pull recorded; if empty, the one that the revision names
            now.

    Raises:
        WeightsMissing: The hub does not give a file.
        WeightsCorrupt: A file's bytes are not those that the manifest or the hub states. The file
            is deleted.
        VolumeFull, VolumeReadOnly: The volume does not take the files.
    """
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        spare_loopback(os.environ)  # HF_ENDPOINT may be a mirror on this machine
        stated, commit = _look(entry, wanted, commit)
        _refuse_other(entry, wanted, stated)
        fetched = _download(entry, stated, store, commit)
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise _failure(entry, store, error) from error
    files = {
        path: _adopt(entry, path, fetched[path], expected, stated[path], store, watch)
        for path, expected in wanted.items()
    }
    return Fetched(files, commit)


def _failure(entry: WeightEntry, store: BlobStore, error: Exception) -> SetupError:
    """The problem that keeps the hub's files from the volume: the volume's, or else the way."""
    if isinstance(error, OSError):
        problem = volume_problem(store.volume, error)
        if not isinstance(problem, FileFailed):  # an error of the network is an OSError too
            return problem
    repository, reason = entry.source.removeprefix("hf://"), masked(str(error))
    remedy = f"put the files of {repository} there, or open the way to the hub ({reason})"
    return WeightsMissing(entry.name, str(store.folder(entry)), remedy)


def _look(
    entry: WeightEntry, wanted: Mapping[str, Expected], commit: str
) -> tuple[dict[str, Any], str]:
    """Each file's size and ETag as the hub states them, and the commit of the files."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    repository, stated = entry.source.removeprefix("hf://"), {}
    for path in wanted:
        url = hf_hub_url(repository, path, revision=commit or entry.revision or None)
        stated[path] = get_hf_file_metadata(url)
        commit = commit or stated[path].commit_hash or ""
    return stated, commit


def _refuse_other(
    entry: WeightEntry, wanted: Mapping[str, Expected], stated: Mapping[str, Any]
) -> None:
    """Refuses, before any download, a file for which the hub states another hash."""
    for path, expected in wanted.items():
        etag = stated[path].etag or ""
        if SHA256.fullmatch(etag):
            expected.check_sha256(entry.name, f"{entry.source}/{path}", etag, AGAIN)


def _download(
    entry: WeightEntry, stated: Mapping[str, Any], store: BlobStore, commit: str
) -> dict[str, Path]:
    from huggingface_hub import hf_hub_download

    repository, revision = entry.source.removeprefix("hf://"), commit or entry.revision or None
    staging = store.unfinished / "hub" / entry.name
    sizes = [stated[path].size or 0 for path in stated if not (staging / path).is_file()]
    store.make_room(sum(sizes))
    return {
        path: Path(hf_hub_download(repository, path, revision=revision, local_dir=staging))
        for path in stated
    }


def _adopt(
    entry: WeightEntry,
    path: str,
    at: Path,
    expected: Expected,
    stated: Any,
    store: BlobStore,
    watch: Watch,
) -> Known:
    known = Known(at.stat().st_size, sha256_of(at, watch, f"checking {path}"))
    where, etag = f"{entry.source}/{path}", stated.etag or ""
    try:
        expected.check_bytes(entry.name, where, known.n_bytes, AGAIN)
        expected.check_sha256(entry.name, where, known.sha256, AGAIN)
        if SHA256.fullmatch(etag) and etag != known.sha256:
            raise WeightsCorrupt(
                entry.name, where, "sha256", etag, known.sha256, AGAIN, "the hub's own index"
            )
    except WeightsCorrupt:
        at.unlink()
        raise
    sync_file(at)
    move_whole(at, store.blob(known.sha256))
    return known
