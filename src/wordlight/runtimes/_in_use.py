"""A mark on the volume that shows that a server runs in a runtime: a file that is kept fresh.

Locks are not reliable on network volumes, but file times are. The mark's time is compared with that
of a file written just now on the same volume, so the clocks of two machines need not agree.
"""

from __future__ import annotations

import logging
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wordlight.errors import RuntimeMissing

logger = logging.getLogger(__name__)

MARKS = ".in-use"
RENEW_S = 60.0
DEAD_AFTER_S = 900.0
"""A server that has not renewed its mark for so long has died or lost its volume."""


@contextmanager
def in_use(folder: Path, renew_s: float = RENEW_S) -> Iterator[None]:
    """Keeps installations from removing the runtime in ``folder`` during this context.

    If the volume cannot be written, there is no mark, and a warning is logged.

    Raises:
        RuntimeMissing: The runtime was removed just now.
    """
    mark = _marks(folder) / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError as error:
        logger.warning("runtime %s cannot be marked as in use: %s", folder.name, error)
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_renew, args=(mark, renew_s, stop), daemon=True)
    try:
        if not (folder / "runtime.json").is_file():
            raise RuntimeMissing(
                str(folder.parents[1]), f"runtime {folder.name} was removed just now"
            )
        thread.start()
        yield
    finally:
        stop.set()
        with suppress(OSError):
            mark.unlink()


def is_in_use(folder: Path, dead_after_s: float = DEAD_AFTER_S) -> bool:
    """Whether a server runs in that runtime. Marks of servers that died are removed."""
    marks = list(_marks(folder).glob("*"))
    if not marks:
        return False
    clock = _marks(folder).parent / f".clock-{uuid.uuid4().hex[:8]}"
    clock.touch()
    now_s = clock.stat().st_mtime
    clock.unlink()
    alive = False
    for mark in marks:
        with suppress(FileNotFoundError):
            if now_s - mark.stat().st_mtime > dead_after_s:
                mark.unlink()
            else:
                alive = True
    return alive


def _marks(folder: Path) -> Path:
    return folder.parent / MARKS / folder.name


def _renew(mark: Path, renew_s: float, stop: threading.Event) -> None:
    while not stop.wait(renew_s):
        try:
            mark.touch()
        except OSError as error:
            logger.warning("the mark %s could not be renewed: %s", mark, error)
