"""Who else is at work here: locks that end with their holder, however it ends."""

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
"""Whoever shares the lock for longer does not only look whether all is ready."""
ANOTHER = "choose another with -o"


class Lock:
    """A lock on a file or folder: shared by those who use something, one's own to change it.

    Where a file system knows no locks, everybody gets them.
    """

    def __init__(self, path: Path) -> None:
        self._fd = _opened(path)

    def share(self) -> bool:
        """Whether we hold it now together with others."""
        return self._lock(fcntl.LOCK_SH)

    def own(self) -> bool:
        """Whether we hold it now alone."""
        return self._lock(fcntl.LOCK_EX)

    def release(self) -> None:
        """Lets the others have it."""
        if self._fd is not None:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def keep_over_exec(self) -> None:
        """Lets the program that we become hold it until that program ends."""
        if self._fd is not None:
            os.set_inheritable(self._fd, True)

    def holder(self) -> str:
        """Who holds it, in words: the process as far as the kernel tells it."""
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
    """Whether we hold the lock alone, to set up; else together with others, for all is ready.

    It waits for another set-up, and says so.

    Raises:
        Refused: The environment has to change and is in use, nobody can say for how long.
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
    """A lock on a folder that one run writes into, made if it is not there.

    Raises:
        Refused: It cannot be written, or another run writes into it.
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
