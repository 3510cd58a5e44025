"""Files of a Hugging Face repository, by the hub's own library, which resumes by itself."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from wordlight.errors import VolumeFull, WeightsCorrupt, WeightsMissing
from wordlight.proxies import masked, spare_loopback
from wordlight.volume._blobs import BlobStore, Known, sha256_of
from wordlight.volume._parts import sync_folder
from wordlight.volume._profile import WeightEntry, WeightFile
from wordlight.volume._transfer import Watch


def fetch_from_hub(
    entry: WeightEntry, files: Sequence[WeightFile], store: BlobStore, watch: Watch
) -> dict[str, Known]:
    """The files as blobs, checked; by path.

    Raises:
        WeightsMissing: The hub does not give a file.
        WeightsCorrupt: It gives other bytes than the manifest states; they are deleted.
        VolumeFull: There is too little room.
    """
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    repository = entry.source.removeprefix("hf://")
    try:
        fetched = _download(entry, files, store)
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise VolumeFull(str(store.volume), sum(f.n_bytes or 0 for f in files), 0) from error
        reason = masked(str(error))
        remedy = f"put the files of {repository} there, or open the way to the hub ({reason})"
        raise WeightsMissing(entry.name, str(store.folder(entry)), remedy) from error
    return {file.path: _adopt(entry, file, fetched[file.path], store, watch) for file in files}


def _download(entry: WeightEntry, files: Sequence[WeightFile], store: BlobStore) -> dict[str, Path]:
    spare_loopback(os.environ)  # HF_ENDPOINT may be a mirror on this machine
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    repository, revision = entry.source.removeprefix("hf://"), entry.revision or None
    staging = store.unfinished / "hub" / entry.name
    sizes = [
        get_hf_file_metadata(hf_hub_url(repository, file.path, revision=revision)).size or 0
        for file in files
        if not (staging / file.path).is_file()
    ]
    store.make_room(sum(sizes))
    return {
        file.path: Path(
            hf_hub_download(repository, file.path, revision=revision, local_dir=staging)
        )
        for file in files
    }


def _adopt(entry: WeightEntry, file: WeightFile, at: Path, store: BlobStore, watch: Watch) -> Known:
    known = Known(at.stat().st_size, sha256_of(at, watch, f"checking {file.path}"))
    stated = [
        ("bytes", file.n_bytes, known.n_bytes),
        ("sha256", file.sha256, known.sha256),
    ]
    for what, expected, got in stated:
        if expected is not None and expected != got:
            at.unlink()
            remedy = "pull again; if it stays so, the manifest or the hub's file is wrong"
            raise WeightsCorrupt(
                entry.name, f"{entry.source}/{file.path}", what, str(expected), str(got), remedy
            )
    with at.open("rb+") as stream:
        os.fsync(stream.fileno())
    at.replace(store.blob(known.sha256))
    sync_folder(store.root)
    return known
