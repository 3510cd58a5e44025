"""Room on a disk: how much is free, and which errors say that there is none."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)


def is_full(error: OSError) -> bool:
    """Whether an error says that the disk or the user's quota is used up."""
    return error.errno in _FULL


def free_bytes(folder: Path) -> int:
    """Bytes that can still be written where the folder lies.

    Raises:
        OSError: The folder is not there, or its disk does not answer.
    """
    return shutil.disk_usage(folder).free
