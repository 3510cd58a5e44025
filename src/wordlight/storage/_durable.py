"""Durable writes: files and folders that survive a power cut once they are written."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Writes and syncs a small file; readers see either all of it or the file before it.

    A file that is replaced keeps its permissions.

    Raises:
        OSError: It cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with aside.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            aside.chmod(path.stat().st_mode & 0o777)
        move_whole(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def move_whole(source: Path, target: Path) -> None:
    """Renames a file or a link over ``target`` in one step, and syncs the folder."""
    source.replace(target)
    sync_folder(target.parent)


def sync_file(path: Path) -> None:
    """Makes the kernel write the file's content to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Makes renames in a folder survive a power cut, if the file system supports that.

    Some network file systems refuse to sync a folder. That is ignored: the rename must do.
    """
    with suppress(OSError):
        sync_file(folder)


def sync_file_system(folder: Path) -> None:
    """Syncs the whole file system, with syncfs(2) instead of an fsync for each of 60,000 files.

    Raises:
        OSError: The files could not be written to the disk.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(handle) != 0:
            raise OSError(ctypes.get_errno(), "syncfs failed")
    finally:
        os.close(handle)
