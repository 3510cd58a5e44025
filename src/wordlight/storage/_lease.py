"""A lease: it decides which of several workers on one volume may write a part of it.

A lease needs no file locks, which network volumes lack or fake. It is a folder of numbered files.
The worker that creates the highest number (``O_EXCL``) holds the lease, until its file states that
the lease was released, or has not changed for too long. The highest number is never deleted, so a
latecomer cannot take a lease that another worker took in the meantime. The clocks of machines are
never compared: a waiter times the holder's heartbeat by its own clock.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from wordlight.errors import LeaseHeld, LeaseLost

logger = logging.getLogger(__name__)

BEAT_S = 3.0
STALE_AFTER_S = 30.0
"""Ten missed beats, because a network file system may hang for seconds."""
POLL_S = 0.25
FILE_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder of a lease, as its file states it."""

    host: str
    pid: int
    purpose: str
    since: str
    beat: int
    released: bool
    machine: str
    started: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} ({self.purpose}, since {self.since})"

    @property
    def is_dead(self) -> bool:
        """Whether the holder is a process that has ended.

        This can be seen only in our own process space. Elsewhere a missing heartbeat shows it.
        """
        return self.machine == _machine() and _start_of(self.pid) != self.started


class Lease:
    """The lease at a folder of the volume.

    ``with Lease(volume / "leases/weights").held("pull"):`` waits for the lease and holds it during
    the block.
    """

    def __init__(
        self, path: Path, *, beat_s: float = BEAT_S, stale_after_s: float = STALE_AFTER_S
    ) -> None:
        self._path = path
        self._beat_s, self._stale_after_s = beat_s, stale_after_s

    @contextmanager
    def held(
        self,
        purpose: str,
        *,
        wait_s: float = 24 * 3600.0,
        on_wait: Callable[[str], object] = logger.warning,
    ) -> Iterator[Held]:
        """The lease, held for the length of the block by a heartbeat in the background.

        ``on_wait`` gets one sentence if another worker holds the lease.

        Raises:
            LeaseHeld: Another worker held it for all of ``wait_s``.
        """
        held = self._acquire(purpose, wait_s, on_wait)
        stop = threading.Event()
        heart = threading.Thread(target=held._beat, args=(stop, self._beat_s), daemon=True)
        heart.start()
        try:
            yield held
        finally:
            stop.set()
            heart.join()
            held._release()

    def holder(self) -> Holder | None:
        """The present holder, alive or not; None if nobody holds the lease."""
        number = _highest(self._path)
        found = _read(self._path / _name(number)) if number else None
        return None if found is None or found.released else found

    def check_free(self) -> None:
        """Checks that no worker holds the lease. Nothing is written.

        Raises:
            LeaseHeld: One holds it, or ended elsewhere without releasing it.
        """
        found = self.holder()
        if found is not None and not found.is_dead:
            raise LeaseHeld(self._path.name, str(found), 0.0)

    def _acquire(self, purpose: str, wait_s: float, on_wait: Callable[[str], object]) -> Held:
        self._path.mkdir(parents=True, exist_ok=True)
        started_s, has_reported = time.monotonic(), False
        seen, seen_s = "", started_s
        while True:
            number = _highest(self._path)
            now = _text(self._path / _name(number)) if number else ""
            if now != seen:
                seen, seen_s = now, time.monotonic()
            holder = _parse(now)
            silent_s = time.monotonic() - seen_s
            if number == 0 or self._is_free(holder, silent_s):
                held = self._create(number + 1, purpose)
                if held is not None:
                    return held
                continue
            if time.monotonic() - started_s >= wait_s:
                raise LeaseHeld(self._path.name, str(holder or "another worker"), silent_s)
            if not has_reported:
                on_wait(f"waiting for {holder or 'another worker'}, which holds {self._path}")
                has_reported = True
            time.sleep(POLL_S)

    def _is_free(self, holder: Holder | None, silent_s: float) -> bool:
        if holder is not None and (holder.released or holder.is_dead):
            return True
        if silent_s < self._stale_after_s:
            return False
        logger.warning(
            "taking %s over from %s, silent for %.0f s", self._path, holder or "another", silent_s
        )
        return True

    def _create(self, number: int, purpose: str) -> Held | None:
        """The lease under that number; None if another worker was faster."""
        path = self._path / _name(number)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        start = _start_of(os.getpid())
        me = Holder(socket.gethostname(), os.getpid(), purpose, since, 0, False, _machine(), start)
        try:
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError:
            return None
        try:
            os.write(file, _json(me))
        except OSError:  # the disk is full; nobody must wait for us
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(file)
        if _highest(self._path) != number:
            path.unlink(missing_ok=True)
            return None
        for old in _numbers(self._path):
            if old < number:
                (self._path / _name(old)).unlink(missing_ok=True)
        return Held(path, number, me)


class Held:
    """A lease that we hold."""

    def __init__(self, path: Path, number: int, me: Holder) -> None:
        self._path, self._number, self._me = path, number, me

    def check(self) -> None:
        """Checks that the lease is still ours. Call it before any step that must not happen twice.

        Raises:
            LeaseLost: We were silent for so long that another worker took the lease over.
        """
        if _highest(self._path.parent) != self._number:
            raise LeaseLost(self._path.parent.name)

    def _beat(self, stop: threading.Event, every_s: float) -> None:
        while not stop.wait(every_s):
            try:
                self.check()
                self._write(self._me.beat + 1, released=False)
            except LeaseLost:
                logger.warning("another worker took %s over", self._path.parent)
                return
            except OSError as error:  # the volume may hang; others notice our silence
                logger.warning("no heartbeat into %s: %s", self._path, error)

    def _release(self) -> None:
        with suppress(OSError, LeaseLost):
            self.check()
            self._write(self._me.beat + 1, released=True)

    def _write(self, beat: int, released: bool) -> None:
        self._me = replace(self._me, beat=beat, released=released)
        file = os.open(self._path, os.O_WRONLY)
        try:
            os.write(file, _json(self._me))
        finally:
            os.close(file)


def _name(number: int) -> str:
    return f"{number:08d}"


def _numbers(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.iterdir() if path.name.isdecimal()]


def _highest(folder: Path) -> int:
    try:
        return max(_numbers(folder), default=0)
    except FileNotFoundError:
        return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:  # removed by a new holder between listing and reading
        return ""


def _read(path: Path) -> Holder | None:
    return _parse(_text(path))


def _parse(text: str) -> Holder | None:
    """The holder that a file states; None if its creator has not written it yet."""
    try:
        return Holder(**json.loads(text))
    except (ValueError, TypeError):
        return None


def _json(holder: Holder) -> bytes:
    """The holder as JSON, always of the same length: a beat or a release needs no new space."""
    return json.dumps(asdict(holder)).encode().ljust(FILE_BYTES)


def _machine() -> str:
    """A name that is equal for two processes only if they see each other's process numbers."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{os.stat('/proc/self/ns/pid').st_ino}"  # noqa: PTH116 - a magic link
    except OSError:
        return f"{socket.gethostname()}/{os.getpid()}"


def _start_of(pid: int) -> str:
    """When a process started, in ticks since boot; empty if it has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]
