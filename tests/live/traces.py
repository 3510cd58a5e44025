"""Processes and shared memory that a server may leave behind."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

from wordlight.serving._regions import SHARED_MEMORY
from wordlight.serving._state import OWNER


def processes_with(word: Path | str) -> list[int]:
    """Processes, but for this one, whose command line holds that word."""
    found = []
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):  # noqa: PTH208 - glob may fail
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(word) in command and pid != os.getpid():
            found.append(pid)
    return found


def ownerless_regions() -> list[str]:
    """Prefixes of our shared memory whose server lives no more; others' is theirs to sweep."""
    found = []
    for owner in SHARED_MEMORY.glob(f"wordlight-*{OWNER}"):
        try:
            if owner.stat().st_uid != os.geteuid():
                continue
            with owner.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                found.append(owner.name.removesuffix(OWNER))
        except OSError:
            continue
    return found


def assert_nothing_is_left(state: Path) -> None:
    assert not processes_with(state)
    assert not list(state.iterdir())
    assert not ownerless_regions()


def until(is_so: Callable[[], object], within_s: float) -> float:
    """The seconds until it was so."""
    began_s = time.monotonic()
    while not is_so():
        assert time.monotonic() - began_s < within_s
        time.sleep(0.02)
    return time.monotonic() - began_s
