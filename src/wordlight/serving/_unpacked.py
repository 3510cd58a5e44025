"""The folder that each tritonserver makes in /tmp for environments in archives.

A tritonserver removes its folder when it ends by itself, but not when it is killed. The folders of
our servers stay empty, because our environments are not archives.
Source: triton-inference-server/python_backend, src/pb_env.cc.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Set
from contextlib import suppress
from pathlib import Path

from wordlight.serving._stubs import PROC, TICKS_PER_S

UNPACKED = Path("/tmp/python_env_")
MADE_WITHIN_S, SLACK_S = 60.0, 1.0
"""A server makes its folder before it loads any model; and how far clocks may differ."""
_STARTED = 19
"""The field of /proc/PID/stat after the name in brackets, counted from the state (proc(5))."""
NOTE = "unpacked"
"""The file in a server's state folder that lists the folders which were there before it."""


def unpacked() -> set[Path]:
    """The folders that are there now, whoever made them."""
    return set(UNPACKED.parent.glob(f"{UNPACKED.name}*"))


def note_unpacked(state: Path) -> set[Path]:
    """The folders that are there now, noted for whoever sweeps this server's state folder."""
    before = unpacked()
    (state / NOTE).write_text("".join(f"{path.name}\n" for path in before))
    return before


def sweep_unpacked(state: Path) -> None:
    """Removes what a server that was killed with its supervisor has left, if it noted anything."""
    with suppress(OSError, UnicodeDecodeError):
        names = (state / NOTE).read_text().splitlines()
        remove_unpacked({UNPACKED.with_name(name) for name in names})


def remove_unpacked(before: Set[Path]) -> None:
    """Removes empty folders that were not there before, but for those that others may use.

    A tritonserver aborts if its folder is gone when it ends, and all folders look alike.
    """
    found = unpacked() - before  # before the look: one that starts meanwhile keeps its folder
    if not found:
        return
    starts_s = [_start_s(process) for process in _servers()]
    for folder in found:
        with suppress(OSError):
            made_s = folder.stat().st_mtime
            if not any(_made(start_s, made_s) for start_s in starts_s):
                folder.rmdir()


def _start_s(process: Path) -> float | None:
    """When that process was started, in seconds since 1970; None if it does not say."""
    with suppress(OSError, IndexError, ValueError):
        stat = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
        up_s = time.clock_gettime(time.CLOCK_BOOTTIME) - int(stat[_STARTED]) / TICKS_PER_S
        return time.time() - up_s
    return None


def _made(start_s: float | None, made_s: float) -> bool:
    """Whether a server that was started then may have made a folder at that time."""
    return start_s is None or start_s - SLACK_S <= made_s <= start_s + MADE_WITHIN_S


def _servers() -> Iterator[Path]:
    for process in PROC.glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            if (process / "comm").read_text().strip() == "tritonserver":
                yield process
