"""A file that arrives in parts, in any order: kept if we are killed, and hashed as it grows."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Protocol

from wordlight.storage import move_whole
from wordlight.weights._transfer import MIB

HASH_BYTES = MIB


class Found(Protocol):
    """A file at an address as it is now; ``etag`` changes when the file does."""

    @property
    def url(self) -> str:
        """The file's address."""

    @property
    def n_bytes(self) -> int:
        """The file's size."""

    @property
    def etag(self) -> str:
        """A text that distinguishes the file from a later version."""


class PartFile:
    """``<path>.part``, and its journal of the bytes that are safely on the disk.

    The journal has a line about the object, followed by a line ``start end`` for every piece. That
    line is appended only after the piece itself was synced. A torn last line is ignored, so the
    journal may claim less than is there, but never more. If the object at the address has changed,
    the file is started anew.
    """

    def __init__(self, path: Path, found: Found) -> None:
        self.path = path.with_suffix(".part")
        self._journal_path = path.with_suffix(".journal")
        self._n_bytes = found.n_bytes
        self._lock = threading.Lock()
        self._grown = threading.Condition()
        self._header = json.dumps({"bytes": found.n_bytes, "etag": found.etag})
        self._spans = _read_journal(self.path, self._journal_path, self._header)
        self._is_broken = False

    def __enter__(self) -> PartFile:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self._spans:
            self._journal_path.unlink(missing_ok=True)
            self.path.unlink(missing_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        os.ftruncate(self._file, self._n_bytes)
        self._journal = os.open(self._journal_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        if not self._spans:
            os.write(self._journal, f"{self._header}\n".encode())
        else:
            os.write(self._journal, b"\n")  # ends a line that was torn
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)
        os.close(self._journal)

    @property
    def n_done(self) -> int:
        """How many bytes are safely on the disk."""
        return sum(end - start for start, end in self._spans)

    @property
    def front(self) -> int:
        """How many bytes from the beginning are there without a gap."""
        return self._spans[0][1] if self._spans and self._spans[0][0] == 0 else 0

    def missing(self, part_bytes: int) -> list[tuple[int, int]]:
        """The spans still to be fetched, of at most ``part_bytes`` each, in order."""
        gaps, at = [], 0
        for start, end in [*self._spans, (self._n_bytes, self._n_bytes)]:
            gaps += [(a, min(a + part_bytes, start)) for a in range(at, start, part_bytes)]
            at = end
        return gaps

    def write(self, start: int, chunk: bytes) -> None:
        """Writes bytes at their place. They count only after they are recorded."""
        view = memoryview(chunk)
        while view:
            n_written = os.pwrite(self._file, view, start)
            view, start = view[n_written:], start + n_written

    def record(self, start: int, end: int) -> None:
        """Syncs the bytes ``[start, end)`` to the disk and notes them in the journal.

        After one failed sync nothing more is recorded, because the kernel reports lost pages only
        once.
        """
        with self._lock:
            if self._is_broken:
                return
            self._is_broken = True
            os.fdatasync(self._file)
            os.write(self._journal, f"{start} {end}\n".encode())
            self._is_broken = False
            with self._grown:
                self._spans = _merged([*self._spans, (start, end)])
                self._grown.notify_all()

    def wait_beyond(self, front: int, timeout_s: float) -> int:
        """Waits until the front is beyond ``front``, or the time is over; returns the front."""
        with self._grown:
            self._grown.wait_for(lambda: self.front > front, timeout_s)
            return self.front

    def read(self, start: int, n_bytes: int) -> bytes:
        """Bytes of the part file."""
        return os.pread(self._file, n_bytes, start)

    def commit(self, to: Path) -> None:
        """Moves the complete file to its place, durably and in one step."""
        os.fsync(self._file)
        move_whole(self.path, to)
        self._journal_path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Deletes what was fetched."""
        self._journal_path.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)


class OrderedHash(threading.Thread):
    """The sha256 of a part file, computed while parts still arrive.

    Hashing needs the bytes in order, but parts arrive in any order. So the hash follows the front
    of the gapless bytes, which are read back from the page cache. When the last part arrives,
    little is left to hash. After a kill the hash starts over, which also checks what the disk kept.
    """

    def __init__(self, part: PartFile, n_bytes: int) -> None:
        super().__init__(name="ordered-hash", daemon=True)
        self._part, self._n_bytes = part, n_bytes
        self._digest = hashlib.sha256()
        self._stop_asked = threading.Event()
        self._error: OSError | None = None

    def run(self) -> None:
        """Hashes until the end of the file, or until ``stop`` is called."""
        at = 0
        try:
            while at < self._n_bytes and not self._stop_asked.is_set():
                front = self._part.wait_beyond(at, timeout_s=0.5)
                while at < front and not self._stop_asked.is_set():
                    block = self._part.read(at, min(HASH_BYTES, front - at))
                    if not block:
                        raise OSError(f"{self._part.path} became shorter while it was read")
                    self._digest.update(block)
                    at += len(block)
        except OSError as error:
            self._error = error

    def stop(self) -> None:
        """Ends the hashing, finished or not."""
        self._stop_asked.set()
        self.join()

    def result(self) -> str:
        """Waits until all bytes are hashed; returns the digest in hexadecimal.

        Raises:
            OSError: The file could not be read.
        """
        self.join()
        if self._error is not None:
            raise self._error
        return self._digest.hexdigest()


def n_recorded(path: Path, found: Found) -> int:
    """How many bytes of a file an earlier attempt left at a path."""
    return PartFile(path, found).n_done


def _read_journal(part: Path, journal: Path, header: str) -> list[tuple[int, int]]:
    if not part.is_file() or not journal.is_file():
        return []
    lines = journal.read_text(encoding="ascii", errors="replace").split("\n")
    n_bytes = json.loads(header)["bytes"]
    if lines[0] != header or part.stat().st_size != n_bytes:
        return []
    spans = []
    for line in lines[1:-1]:  # the last line has no newline: it is torn or empty
        numbers = line.split()
        if len(numbers) == 2 and all(number.isdecimal() for number in numbers):
            spans.append((int(numbers[0]), int(numbers[1])))
    return _merged([(a, b) for a, b in spans if 0 <= a < b <= n_bytes])


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans sorted and joined where they touch.

    >>> _merged([(4, 6), (0, 2), (2, 4), (9, 10)])
    [(0, 6), (9, 10)]
    """
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
