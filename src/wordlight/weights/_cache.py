"""The bucket that is tried before every source: it holds blobs by hash, and entries' records."""

from __future__ import annotations

from wordlight.errors import RecordUnreadable, StorageMissing
from wordlight.manifest import WeightEntry
from wordlight.storage import Place
from wordlight.weights._blobs import revision_of
from wordlight.weights._objects import S3
from wordlight.weights._record import Ready

READY_BYTES = 1 << 20


def ready_path(entry: WeightEntry) -> str:
    """The path of an entry's marker under the prefix of a bucket."""
    return f"models/{entry.name}/{revision_of(entry)}/ready.json"


def blob_path(sha256: str) -> str:
    """The path of the file with that hash under the prefix of a bucket."""
    return f"blobs/{sha256}"


def read_ready(s3: S3, cache: Place, entry: WeightEntry) -> Ready | None:
    """The entry's marker in a bucket; None if there is none.

    Raises:
        SetupError: The object there is not a marker.
        StorageError: The bucket does not give the marker.
    """
    try:
        return Ready.from_json(s3.read(cache, ready_path(entry), READY_BYTES))
    except StorageMissing:
        return None
    except ValueError as error:
        raise RecordUnreadable(f"{cache}/{ready_path(entry)}", str(error)) from error
