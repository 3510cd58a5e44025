"""Locks against other processes; the kernel releases them however their holder ends."""

from __future__ import annotations

import errno
import fcntl
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from children import SAY_EVERY_S
from refusals import Refused, say

POLL_S = 0.1
A_LOOK_TAKES_S = 1.5
"""A process that shares the lock for longer is using the environment, not only checking it."""


class Lock:
    """A lock on a file or folder: shared in order to use something, owned in order to change it.

    On a file system without locks, every attempt succeeds.
    """

    def __init__(self, path: Path) -> None:
        self._fd = _opened(path)

    def share(self) -> bool:
        """Tries to take the lock together with others; returns whether we hold it now."""
        return self._lock(fcntl.LOCK_SH)

    def own(self) -> bool:
        """Tries to take the lock alone; returns whether we hold it now."""
        return self._lock(fcntl.LOCK_EX)

    def release(self) -> None:
        """Releases the lock."""
        if self._fd is not None:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def keep_over_exec(self) -> None:
        """Hands the lock to the program that we become, until that program ends."""
        if self._fd is not None:
            os.set_inheritable(self._fd, True)

    def holder(self) -> str:
        """Who holds the lock, in words: the process ids, if the kernel lists them."""
        try:
            inode = os.fstat(self._fd).st_ino if self._fd is not None else -1
            rows = Path("/proc/locks").read_text(encoding="ascii").splitlines()
            fields = [row.split() for row in rows if " FLOCK " in row and "->" not in row]
        except OSError:
            return "another process"
        pids = {row[4] for row in fields if row[5].endswith(f":{inode}")} - {str(os.getpid())}
        known = sorted(pid for pid in pids if pid.isdigit() and pid != "0")
        return f"process {', '.join(known)}" if known else "another process"

    def _lock(self, kind: int) -> bool:
        if self._fd is None:
            return True
        try:
            fcntl.flock(self._fd, kind | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno not in (errno.EWOULDBLOCK, errno.EACCES)
        return True


def own_or_share(lock: Lock, is_ready: Callable[[], bool]) -> bool:
    """Whether we hold the lock alone, in order to set up.

    If not, we share it with others because everything is ready. While another process sets up,
    this function prints that it waits.

    Raises:
        Refused: The environment has to change, but another process uses it for an unknown time.
    """
    started_s = said_s = used_since_s = time.monotonic()
    is_announced = False
    while not lock.own():
        now_s = time.monotonic()
        if lock.share():
            if is_ready():
                return False
            user = lock.holder()
            lock.release()
            if now_s - used_since_s >= A_LOOK_TAKES_S:
                cause = f"the environment has to change and {user} is using it"
                raise Refused(cause, "end that one first, or wait for it")
        else:
            used_since_s = now_s
            if not is_announced:
                say(f"{lock.holder()} is setting up this checkout; waiting for it")
                is_announced = True
            if now_s - said_s >= SAY_EVERY_S:
                said_s = now_s
                print(f"  waiting: {now_s - started_s:.0f} s", file=sys.stderr, flush=True)
        time.sleep(POLL_S)
    return True


def hold_folder(folder: Path) -> Lock:
    """A lock on a folder that only one run may write into. The folder is made if it is missing.

    Raises:
        Refused: The folder cannot be written, or another run writes into it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"{folder} cannot be made: {error.strerror}", "choose another with -o"
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Refused(f"{folder} cannot be written", "choose another with -o")
    lock = Lock(folder)
    if not lock.own():
        raise Refused(f"{lock.holder()} is writing into {folder}", "choose another with -o")
    return lock


def _opened(path: Path) -> int | None:
    flags = os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT
    for attempt in (flags, os.O_RDONLY):
        try:
            return os.open(path, attempt | os.O_CLOEXEC, 0o666)
        except OSError:
            continue
    return None
