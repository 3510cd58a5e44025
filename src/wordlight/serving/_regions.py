"""The server's shared memory: names of its own, and nothing left of it when it ends."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wordlight.errors import ServerFailed
from wordlight.serving._state import OWNER, lock_file

SHARED_MEMORY = Path("/dev/shm")
_NAME = "wordlight-"


@dataclass(slots=True)
class Regions:
    """The regions of one server: files in /dev/shm whose names begin with ``prefix``.

    A file beside them is locked while a process of the server lives. So a later server tells what
    a killed one has left from what another one uses, even where containers share /dev/shm.
    """

    prefix: str
    lock: int
    """A file descriptor, for processes that may outlive us and still use the regions."""

    @classmethod
    def make(cls) -> Regions:
        """A prefix that no other server has; what killed servers have left is removed.

        Raises:
            ServerFailed: There is no shared memory to write in.
        """
        sweep()
        while True:
            prefix = f"{_NAME}{secrets.token_hex(4)}-"
            try:
                lock = lock_file(SHARED_MEMORY / f"{prefix}{OWNER}")
            except OSError as error:
                raise ServerFailed(
                    f"{SHARED_MEMORY} cannot be used ({error.strerror}); mount it: "
                    f"mount -t tmpfs -o size=1g shm {SHARED_MEMORY}"
                ) from error
            # Another server's sweep may take a file that is not locked yet for one left behind.
            if lock is not None:
                return cls(prefix, lock)

    def remove(self) -> None:
        """Removes the regions, and gives up their names."""
        _remove(self.prefix)
        os.close(self.lock)


def sweep() -> None:
    """Removes the regions of servers that no longer live."""
    for owner in SHARED_MEMORY.glob(f"{_NAME}*-{OWNER}"):
        with suppress(OSError):  # another user's, or going away just now
            lock = lock_file(owner)
            if lock is not None:
                _remove(owner.name.removesuffix(OWNER))
                os.close(lock)


def _remove(prefix: str) -> None:
    # The lock's file goes last: while it is there, what is left is known to be ours.
    for path in sorted(
        SHARED_MEMORY.glob(f"{prefix}*"), key=lambda path: path.name.endswith(OWNER)
    ):
        with suppress(OSError):
            path.unlink()
