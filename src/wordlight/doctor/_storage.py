"""The volume: where it lies, whether it is writable, how much is free, and how fast it is."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from rich.filesize import decimal

from wordlight.doctor._finding import Finding, absent, fine, wrong
from wordlight.errors import (
    CacheClosed,
    FileFailed,
    LogUnwritable,
    VolumeFails,
    VolumeNearlyFull,
    VolumeNotMounted,
    VolumeReadOnly,
    VolumeSlow,
    VolumeUnreadable,
)
from wordlight.storage import free_bytes, is_full, volume_problem

PROBE_BYTES = 16 * 2**20
CHUNK_BYTES = 2**20
PAGE_BYTES = 2**12
PROBE_WITHIN_S = 2.0
SLOW_BYTES_PER_S = 30e6
"""The weights of the models full are about 3 GB: below this, reading them takes over 100 s."""
ROOM_BYTES = 200e6
"""Room for compiled code, voices and logs. Room for weights is checked when they are fetched."""


_T = TypeVar("_T")


def check_place(volume: Path, is_in_container: bool) -> Finding:
    """The finding that names the mount on which the volume lies."""
    try:
        there = _nearest(volume)
        point = there
        while not os.path.ismount(point):
            point = point.parent
    except OSError as error:
        return _trouble(volume, error, is_reading=True)
    if is_in_container and point == Path("/"):
        return wrong("place", VolumeNotMounted(path=volume))
    new = "" if there == volume else ", not there yet"
    return fine("place", f"{volume}{new}, on the mount {point}")


def check_access(volume: Path) -> Finding:
    """Whether files can be written under the volume; a small one is written to prove it."""
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
        return wrong("space", VolumeNearlyFull(path=volume, free=decimal(free)))
    return fine("space", f"writable, {decimal(free)} free")


def check_speed(volume: Path) -> Finding:
    """The finding on how many bytes a second can be written and read; this takes a few seconds."""
    try:
        written, read = _with_probe(_nearest(volume), _measure)
    except OSError as error:
        return _trouble(volume, error)
    if min(written, read) < SLOW_BYTES_PER_S:
        return wrong(
            "speed", VolumeSlow(path=volume, written=decimal(int(written)), read=decimal(int(read)))
        )
    return fine("speed", f"writes {decimal(int(written))}/s, reads {decimal(int(read))}/s")


def check_cache(cache: Path) -> Finding:
    """Whether compiled code can be kept on the volume."""
    name = "cache"
    try:
        _with_probe(_nearest(cache), _write_page)
    except OSError as error:
        if is_full(error):
            return _trouble(cache, error)
        reason = error.strerror or error
        return wrong(name, CacheClosed(path=cache, user=os.geteuid(), reason=reason))
    return fine(name, f"{cache} is writable")


def check_log(log: Path) -> Finding:
    """Whether the log can be kept in the file that ``--log`` names."""
    try:
        if log.exists():
            log.open("ab").close()
        _with_probe(log.parent, _write_page)
    except OSError as error:
        return wrong("log", LogUnwritable(path=log, reason=error.strerror or error))
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
        with suppress(OSError):  # whatever made writing fail is reported already
            probe.unlink(missing_ok=True)


def _write(probe: Path, n_bytes: int) -> float:
    """Writes up to ``n_bytes``, as time allows; returns bytes a second, sync to disk included."""
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
    problem = volume_problem(volume, error)
    if isinstance(problem, FileFailed):
        return wrong("space", VolumeFails(path=volume, reason=reason))
    if is_reading and isinstance(problem, VolumeReadOnly):
        return wrong("space", VolumeUnreadable(volume, reason))
    return wrong("space", problem)
