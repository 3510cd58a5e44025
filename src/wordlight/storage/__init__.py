"""Shared by weights, runtimes and voices: S3, a lease, durable writes, a volume's problems."""

from wordlight.storage._durable import (
    move_whole,
    sync_file,
    sync_file_system,
    sync_folder,
    write_whole,
)
from wordlight.storage._lease import Held, Lease
from wordlight.storage._places import BUCKET_NAME, SCHEME, Place, check_key, parse_place
from wordlight.storage._problem import volume_edge, volume_problem
from wordlight.storage._room import free_bytes, is_full
from wordlight.storage._s3 import (
    METADATA_SERVICE,
    TOO_BUSY,
    TimeLimits,
    connect,
    refusal,
    storage_edge,
    why,
)

__all__ = [
    "BUCKET_NAME",
    "METADATA_SERVICE",
    "SCHEME",
    "TOO_BUSY",
    "Held",
    "Lease",
    "Place",
    "TimeLimits",
    "check_key",
    "connect",
    "free_bytes",
    "is_full",
    "move_whole",
    "parse_place",
    "refusal",
    "storage_edge",
    "sync_file",
    "sync_file_system",
    "sync_folder",
    "volume_edge",
    "volume_problem",
    "why",
    "write_whole",
]
