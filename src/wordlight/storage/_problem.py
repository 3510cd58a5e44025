"""What an error of the operating system means on a volume: full, closed, or in trouble."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wordlight.errors import FileFailed, VolumeFull, VolumeReadOnly
from wordlight.storage._room import free_bytes, is_full

_CLOSED = (errno.EACCES, errno.EPERM)


def volume_problem(folder: Path, error: OSError) -> VolumeFull | VolumeReadOnly | FileFailed:
    """The problem of ours that an error means which was met while writing under ``folder``.

    A full disk is asked how much is free: a quota may end sooner, and inodes may be what lacks. A
    closed folder is named itself, also if it lies above or below ``folder``.

    Raises:
        OSError: The disk is full, and does not even tell how much is free.
    """
    reason = error.strerror or str(error)
    if is_full(error):
        return VolumeFull(folder, 0, free_bytes(_nearest(folder)), reason)
    if error.errno == errno.EROFS:
        return VolumeReadOnly(folder, reason)
    if error.errno in _CLOSED:
        return VolumeReadOnly(_closed(folder, error), reason)
    return FileFailed(str(_named(folder, error)), reason)


@contextmanager
def volume_edge(folder: Path) -> Iterator[None]:
    """Turns what the operating system refuses while ``folder`` is written into a problem of ours.

    Raises:
        VolumeFull, VolumeReadOnly, FileFailed: As `volume_problem` tells.
    """
    try:
        yield
    except OSError as error:
        raise volume_problem(folder, error) from error


def _named(folder: Path, error: OSError) -> Path:
    """The path that the error names, or else the folder."""
    name = error.filename
    return Path(os.fsdecode(name)) if isinstance(name, str | bytes | os.PathLike) else folder


def _closed(folder: Path, error: OSError) -> Path:
    """The file or folder whose permissions are to blame for the error."""
    path = _named(folder, error)
    if path == folder or (os.path.lexists(path) and not os.access(path, os.W_OK)):
        return path
    return _nearest(path.parent)


def _nearest(folder: Path) -> Path:
    """The folder, or the first one above it that is there and that we may see."""
    while not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises where a folder is closed
        folder = folder.parent
    return folder
