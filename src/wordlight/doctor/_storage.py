"""The volume: where it lies, whether it can be written, how much is free, how fast it is."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from rich.filesize import decimal

from wordlight.doctor._finding import Complaint, Finding, State, absent, fine
from wordlight.storage import free_bytes, is_full

PROBE_BYTES = 16 * 2**20
CHUNK_BYTES = 2**20
PAGE_BYTES = 2**12
PROBE_WITHIN_S = 2.0
SLOW_BYTES_PER_S = 30e6
"""The full profile's weights are about 3 GB: below this, reading them takes over 100 s."""
ROOM_BYTES = 200e6
"""Room for compiled code, voices and logs; weights have their own check as they are fetched."""

VOLUME_NOT_MOUNTED = Complaint(
    "VOLUME_NOT_MOUNTED",
    State.WARNING,
    "{path} lies in the container's own layer, not on a mounted volume",
    "What is fetched is lost with the container, and fetched again at the next start.",
    "mount one: docker run -v weights:{path}; RunPod: attach a network volume and set "
    "WORDLIGHT_VOLUME to where it is mounted",
)
VOLUME_READ_ONLY = Complaint(
    "VOLUME_READ_ONLY",
    State.ERROR,
    "{path} cannot be written by user {user}: {reason}",
    "Weights, voices and code compiled once lie there.",
    "mount it writable and give it to that user: chown {user} {path}; or choose another folder "
    "with --volume",
)
VOLUME_UNREADABLE = Complaint(
    "VOLUME_UNREADABLE",
    State.ERROR,
    "{path} cannot be read by user {user}: {reason}",
    "The folder, or one above it, is closed to the user that serves.",
    "open it: chown {user} {path}; or run as its owner (docker run --user)",
)
VOLUME_FULL = Complaint(
    "VOLUME_FULL",
    State.ERROR,
    "{path} is full: {reason}, {free} free",
    "Nothing more can be written: the disk, its inodes or a quota is used up.",
    "make room (wordlight volume prune removes what no profile needs), or enlarge the volume",
)
VOLUME_NEARLY_FULL = Complaint(
    "VOLUME_NEARLY_FULL",
    State.WARNING,
    "{path} has {free} free",
    "The next voice, or code compiled at the next start, may not fit.",
    "make room (wordlight volume prune removes what no profile needs), or enlarge the volume",
)
VOLUME_FAILS = Complaint(
    "VOLUME_FAILS",
    State.ERROR,
    "{path} does not work: {reason}",
    "The file system answers with an error of input or output: a network volume that lost its "
    "server, or a broken disk; or a file lies where a folder should.",
    "mount it anew, or choose another folder with --volume",
)
VOLUME_SLOW = Complaint(
    "VOLUME_SLOW",
    State.WARNING,
    "{path} writes {written}/s and reads {read}/s",
    "Loading weights will take long: at 30 MB/s, 3 GB take 100 s.",
    "take a volume in the data centre of the machine, or a local disk",
)

CACHE_CLOSED = Complaint(
    "CACHE_CLOSED",
    State.WARNING,
    "{path} cannot be written by user {user}: {reason}",
    "Code that is compiled at the first start is kept there, often by a server of another user. "
    "Without it every start compiles anew, which takes seconds.",
    "give it to that user: chown -R {user} {path}; or delete it",
)
LOG_UNWRITABLE = Complaint(
    "LOG_UNWRITABLE",
    State.ERROR,
    "the log cannot be kept at {path}: {reason}",
    "The server writes its log into its own folder and copies it there when it ends.",
    "name another file with --log, in a folder that can be written and has room",
)

_T = TypeVar("_T")
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)


def check_place(volume: Path, is_in_container: bool) -> Finding:
    """On which mount the volume lies."""
    try:
        there = _nearest(volume)
        point = there
        while not os.path.ismount(point):
            point = point.parent
    except OSError as error:
        return _trouble(volume, error, is_reading=True)
    if is_in_container and point == Path("/"):
        return VOLUME_NOT_MOUNTED.found("place", path=volume)
    new = "" if there == volume else ", not there yet"
    return fine("place", f"{volume}{new}, on the mount {point}")


def check_access(volume: Path) -> Finding:
    """Whether files can be written under the volume, proven by a small one."""
    try:
        there = _nearest(volume)
        next(there.iterdir(), None)
    except OSError as error:
        return _trouble(volume, error, is_reading=True)
    try:
        _with_probe(there, lambda probe: _write(probe, CHUNK_BYTES))
    except OSError as error:
        return _trouble(volume, error)
    free = free_bytes(there)
    if free < ROOM_BYTES:
        return VOLUME_NEARLY_FULL.found("space", path=volume, free=decimal(free))
    return fine("space", f"writable, {decimal(free)} free")


def check_speed(volume: Path) -> Finding:
    """Bytes a second written and read, measured within a few seconds."""
    try:
        written, read = _with_probe(_nearest(volume), _measure)
    except OSError as error:
        return _trouble(volume, error)
    if min(written, read) < SLOW_BYTES_PER_S:
        return VOLUME_SLOW.found(
            "speed", path=volume, written=decimal(int(written)), read=decimal(int(read))
        )
    return fine("speed", f"writes {decimal(int(written))}/s, reads {decimal(int(read))}/s")


def check_cache(cache: Path) -> Finding:
    """Whether code that is compiled once can be kept."""
    name = "cache"
    try:
        _with_probe(_nearest(cache), _write_page)
    except OSError as error:
        if is_full(error):
            return _trouble(cache, error)
        reason = error.strerror or error
        return CACHE_CLOSED.found(name, path=cache, user=os.geteuid(), reason=reason)
    return fine(name, f"{cache} is writable")


def check_log(log: Path) -> Finding:
    """Whether the log can be kept where it is asked for."""
    try:
        if log.exists():
            log.open("ab").close()
        _with_probe(log.parent, _write_page)
    except OSError as error:
        return LOG_UNWRITABLE.found("log", path=log, reason=error.strerror or error)
    return fine("log", f"kept at {log}")


def _nearest(volume: Path) -> Path:
    """The volume, or the folder above it in which it will be made."""
    while True:
        try:
            volume.stat()
        except FileNotFoundError:
            volume = volume.parent
        else:
            return volume


def _with_probe(folder: Path, act: Callable[[Path], _T]) -> _T:
    probe = folder / f".wordlight-doctor-{os.getpid()}"
    try:
        return act(probe)
    finally:
        with suppress(OSError):  # what made writing fail is told already
            probe.unlink(missing_ok=True)


def _write(probe: Path, n_bytes: int) -> float:
    """Bytes a second, down to the disk; less than ``n_bytes`` where time runs out."""
    chunk = os.urandom(CHUNK_BYTES)
    started_s = time.perf_counter()
    n_written = 0
    with probe.open("wb", buffering=0) as file:
        while n_written < n_bytes and time.perf_counter() - started_s < PROBE_WITHIN_S:
            n_written += file.write(chunk)
        os.fsync(file.fileno())
    return n_written / (time.perf_counter() - started_s)


def _write_page(probe: Path) -> None:
    probe.write_bytes(bytes(PAGE_BYTES))


def _measure(probe: Path) -> tuple[float, float]:
    written = _write(probe, PROBE_BYTES)
    with probe.open("rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # from the disk, not memory
        started_s = time.perf_counter()
        n_read = 0
        while time.perf_counter() - started_s < PROBE_WITHIN_S and (part := file.read(CHUNK_BYTES)):
            n_read += len(part)
        return written, n_read / (time.perf_counter() - started_s)


def _trouble(volume: Path, error: OSError, *, is_reading: bool = False) -> Finding:
    reason = error.strerror or str(error)
    if error.errno == errno.EFBIG:
        return absent("space", "not tried, for files may not grow here (ulimit -f)")
    if is_full(error):
        free = decimal(free_bytes(_nearest(volume)))
        return VOLUME_FULL.found("space", path=volume, reason=reason, free=free)
    if error.errno in _FORBIDDEN:
        complaint = VOLUME_UNREADABLE if is_reading else VOLUME_READ_ONLY
        return complaint.found("space", path=volume, user=os.geteuid(), reason=reason)
    return VOLUME_FAILS.found("space", path=volume, reason=reason)
