"""The bucket that stands before every source: blobs by their hash, and each entry's record."""

from __future__ import annotations

from wordlight.errors import RecordUnreadable, StorageMissing
from wordlight.storage import Place
from wordlight.weights._blobs import revision_of
from wordlight.weights._objects import S3
from wordlight.weights._profile import WeightEntry
from wordlight.weights._record import Ready

READY_BYTES = 1 << 20


def ready_path(entry: WeightEntry) -> str:
    """Where an entry's marker lies under the prefix of a bucket."""
    return f"models/{entry.name}/{revision_of(entry)}/ready.json"


def blob_path(sha256: str) -> str:
    """Where content with that hash lies under the prefix of a bucket."""
    return f"blobs/{sha256}"


def read_ready(s3: S3, cache: Place, entry: WeightEntry) -> Ready | None:
    """The entry's marker in a bucket; None: it is not there.

    Raises:
        SetupError: What is there is none.
        StorageError: The bucket does not give it.
    """
    try:
        return Ready.from_json(s3.read(cache, ready_path(entry), READY_BYTES))
    except StorageMissing:
        return None
    except ValueError as error:
        raise RecordUnreadable(f"{cache}/{ready_path(entry)}", str(error)) from error
