"""Room on a disk: how much is free, and which errors mean that there is none."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)


def is_full(error: OSError) -> bool:
    """Whether an error means that the disk or the user's quota is used up."""
    return error.errno in _FULL


def free_bytes(folder: Path) -> int:
    """How many bytes can still be written to the folder's disk.

    Raises:
        OSError: The folder is not there, or its disk does not answer.
    """
    return shutil.disk_usage(folder).free
