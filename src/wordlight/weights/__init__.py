"""Weights, as a manifest names them: pulled to the volume, checked, cached in a bucket, removed."""

from wordlight.weights._blobs import BlobStore, check_files, revision_of, stated
from wordlight.weights._download import bring_entry, refuse_unpinned
from wordlight.weights._folders import bring, check_entry, folder_of, lies_here
from wordlight.weights._leftovers import list_prunable, prune, prune_volume
from wordlight.weights._parts import OrderedHash
from wordlight.weights._record import Expected, Known
from wordlight.weights._transfer import CACHE, Moved, Transfer, Watch, parse_prefix
from wordlight.weights._upload import push_behind, push_entry, push_pending

__all__ = [
    "CACHE",
    "BlobStore",
    "Expected",
    "Known",
    "Moved",
    "OrderedHash",
    "Transfer",
    "Watch",
    "bring",
    "bring_entry",
    "check_entry",
    "check_files",
    "folder_of",
    "lies_here",
    "list_prunable",
    "parse_prefix",
    "prune",
    "prune_volume",
    "push_behind",
    "push_entry",
    "push_pending",
    "refuse_unpinned",
    "revision_of",
    "stated",
]
