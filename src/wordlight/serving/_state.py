"""The folder of a running server: its rendered models, links, temporary files and log.

The folder lies where files can be written, locked and executed, and Triton's shell takes its path
literally. Its name (``wordlight-<user>-<number>``) is the same at every start, so that code
compiled for a path in it is found again. Its lock shows whether the server that made it still
lives.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.filesize import decimal

from wordlight.errors import NoStateFolder
from wordlight.serving._unpacked import sweep_unpacked
from wordlight.storage import free_bytes

ROOM_BYTES = 32 * 2**20
"""Room for a copy of the stub (2 MB), configurations, links and a log. 3 MB were seen; the log
grows."""
MOST_SERVERS = 64
"""The most servers that one user may run on one machine; each has a folder of its own."""
PROBE_WITHIN_S = 5.0
OWNER = "owner"
"""The file whose lock is held as long as the server or any of its processes lives."""
_PLAIN = re.compile(r"[A-Za-z0-9/._+@-]*")


def is_plain(path: Path) -> bool:
    """Whether a shell, the dynamic linker and Python in any locale take the path literally.

    Triton starts its models through ``bash -c`` without quotes. A list of library folders is split
    at colons and blanks. The stub's Python reads paths as ASCII, whatever the locale is. The path
    must be plain both as it is written and after its links are resolved.
    """
    spellings = (os.fspath(path), os.path.realpath(path))
    return all(_PLAIN.fullmatch(spelling) for spelling in spellings)


def candidates(variables: Mapping[str, str], volume: Path | None = None) -> list[Path]:
    """The folders in which a server may keep its state, best first."""
    home = variables.get("HOME")
    cache = variables.get("XDG_CACHE_HOME") or (f"{home}/.cache" if home else None)
    named = [
        variables.get("TMPDIR"), "/tmp", "/var/tmp", variables.get("XDG_RUNTIME_DIR"), cache, home,
        volume and os.fspath(volume), "/dev/shm",
    ]  # fmt: skip
    return list(dict.fromkeys(Path(name) for name in named if name and name.startswith("/")))


def why_unusable(folder: Path) -> str | None:
    """Why a server cannot keep its state there; None if it can. This is tried, not guessed."""
    if not is_plain(folder):
        return "its path has other characters than A-Z a-z 0-9 / . _ + @ -"
    try:
        with tempfile.TemporaryDirectory(prefix="wordlight-probe-", dir=folder) as probe:
            return _why_not_run(Path(probe)) or _why_too_small(Path(probe))
    except OSError as error:
        return f"it cannot be written ({error.strerror or error})"


@dataclass(slots=True)
class StateFolder:
    """A folder that belongs to one running server; its lock is held until ``remove``."""

    path: Path
    lock: int
    """A file descriptor, for processes that may outlive us and still need the folder."""

    @classmethod
    def make(cls, folders: Iterable[Path]) -> StateFolder:
        """An empty folder under the first of ``folders`` that can hold it.

        What a server that was killed has left there is removed.

        Raises:
            NoStateFolder: None of them can; the error holds the reasons.
        """
        reasons = {}
        for folder in folders:
            reason = why_unusable(folder)
            if reason is None:
                made = _first_free(folder)
                if made is not None:
                    _sweep(folder)
                    return made
                reason = f"{MOST_SERVERS} folders wordlight-… there are held by others"
            reasons[str(folder)] = reason
        raise NoStateFolder(reasons)

    def remove(self) -> None:
        """Removes the folder and everything in it, and releases its lock."""
        with suppress(OSError):
            _empty(self.path)  # the lock's file goes last: until then nobody else moves in
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.lock)


def lock_file(path: Path, *, is_new: bool = True) -> int | None:
    """An open file descriptor that holds the lock of ``path``; None if another process holds it.

    With ``is_new``, a file that is missing is made.

    Raises:
        OSError: The file cannot be opened or locked.
    """
    made = os.O_CREAT if is_new else 0
    descriptor = os.open(path, os.O_RDWR | made | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Another process may have removed the file between our two calls.
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _sweep(folder: Path) -> None:
    """Removes what servers of this user that were killed have left there."""
    for number in range(MOST_SERVERS):
        path = folder / f"wordlight-{os.geteuid()}-{number}"
        with suppress(OSError):
            if _is_own_folder(path) and (lock := lock_file(path / OWNER)) is not None:
                StateFolder(path, lock).remove()


def _first_free(folder: Path) -> StateFolder | None:
    for number in range(MOST_SERVERS):
        path = folder / f"wordlight-{os.geteuid()}-{number}"
        with suppress(OSError):  # it is another user's, or is just being removed
            path.mkdir(mode=0o700, exist_ok=True)
            if not _is_own_folder(path):
                continue
            lock = lock_file(path / OWNER)
            if lock is None:
                continue
            try:
                _empty(path)
            except OSError:
                os.close(lock)
                raise
            return StateFolder(path, lock)
    return None


def _is_own_folder(path: Path) -> bool:
    # A single look that follows no link: between two looks another user could put a link there.
    seen = path.lstat()
    return stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.geteuid()


def _empty(path: Path) -> None:
    sweep_unpacked(path)
    for left in path.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        elif left.name != OWNER:
            left.unlink()


def _why_not_run(probe: Path) -> str | None:
    script = probe / "script"
    script.write_text("#!/bin/sh\nexit 0\n")
    script.chmod(0o700)
    lock = lock_file(probe / OWNER)
    if lock is not None:
        os.close(lock)
    try:
        subprocess.run([str(script)], check=True, timeout=PROBE_WITHIN_S, env={})
    except PermissionError:
        return "nothing may be executed there (noexec)"
    except (subprocess.SubprocessError, OSError) as error:
        return f"a script does not run there ({error})"
    return None


def _why_too_small(probe: Path) -> str | None:
    free = free_bytes(probe)
    return f"only {decimal(free)} are free" if free < ROOM_BYTES else None
