"""The server's shared memory: it has names of its own, and is removed when the server ends."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wordlight.errors import ShmMissing
from wordlight.serving._state import OWNER, lock_file

SHARED_MEMORY = Path("/dev/shm")
_NAME = "wordlight-"
_OWNER = re.compile(f"{_NAME}[0-9a-f]{{8}}-{OWNER}")
"""This matches exactly our own names: another user's file may have any name."""


@dataclass(slots=True)
class Regions:
    """The regions of one server: files in /dev/shm whose names begin with ``prefix``.

    A file beside them is locked while any process of the server lives. So a later server can tell
    what a killed server left from what a living one uses, even if containers share /dev/shm.
    """

    prefix: str
    lock: int
    """A file descriptor, for processes that may outlive us and still use the regions."""

    @classmethod
    def make(cls) -> Regions:
        """Regions with a prefix that no other server has; what killed servers left is removed.

        Raises:
            ShmMissing: Shared memory cannot be written.
        """
        with suppress(OSError):  # if shared memory is missing, the lock below fails
            sweep()
        while True:
            prefix = f"{_NAME}{secrets.token_hex(4)}-"
            try:
                lock = lock_file(SHARED_MEMORY / f"{prefix}{OWNER}")
            except OSError as error:
                raise ShmMissing(SHARED_MEMORY, error.strerror) from error
            # Another server's sweep may have locked or removed our file before we locked it.
            if lock is not None:
                return cls(prefix, lock)

    def clear(self) -> None:
        """Removes the regions of a server that has ended, for its successor with this prefix."""
        _remove(self.prefix, but=OWNER)

    def remove(self) -> None:
        """Removes the regions and releases their lock."""
        _remove(self.prefix)
        os.close(self.lock)


def sweep() -> None:
    """Removes the regions of servers that no longer live."""
    for owner in SHARED_MEMORY.iterdir():
        if not _OWNER.fullmatch(owner.name):
            continue
        with suppress(OSError):  # it is another user's, or is just being removed
            lock = lock_file(owner, is_new=False)
            if lock is not None:
                if os.fstat(lock).st_uid == os.geteuid():
                    _remove(owner.name.removesuffix(OWNER))
                os.close(lock)


def _remove(prefix: str, but: str | None = None) -> None:
    # The lock's file goes last: while it is there, a later sweep still finds the rest.
    ours = [
        path
        for path in SHARED_MEMORY.iterdir()
        if path.name.startswith(prefix) and path.name != f"{prefix}{but}"
    ]
    for path in sorted(ours, key=lambda path: path.name.endswith(OWNER)):
        with suppress(OSError):
            path.unlink()
