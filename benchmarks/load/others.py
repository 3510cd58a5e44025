"""How much processor time other programs took during a measurement."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
IDLE, IOWAIT, GUEST, GUEST_NICE = 3, 4, 8, 9
"""Columns of the first line of /proc/stat to leave out: no work, or included in another column."""
PARENT, OWN_AND_ENDED = 1, slice(11, 15)
"""Fields of /proc/PID/stat after the name: ppid; utime, stime, and both of ended children.
Source: proc(5)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The processor time of all programs and of ours until a moment; ``at_s`` is monotonic."""

    at_s: float
    busy_s: float
    ours_s: float


def moment(root: int) -> Moment:
    """The present moment. Our programs are the process ``root`` and all that it started."""
    stat = (PROC / "stat").read_text(encoding="ascii")
    return Moment(time.monotonic(), busy_s(stat), tree_s(root, _processes()))


def cores(before: Moment, after: Moment) -> float:
    """How many cores other programs used on average between two moments.

    >>> cores(Moment(0.0, 10.0, 5.0), Moment(2.0, 14.0, 6.0))
    1.5
    """
    others_s = (after.busy_s - before.busy_s) - (after.ours_s - before.ours_s)
    return max(others_s / (after.at_s - before.at_s), 0.0)


def busy_s(stat: str) -> float:
    """The seconds in which processors worked, or the hypervisor kept them from work (steal).

    >>> busy_s("cpu  100 0 50 900 7 0 0 50 3 0") * TICKS_PER_S
    200.0
    """
    ticks = [int(field) for field in stat.split("\n", 1)[0].split()[1:]]
    left_out = {IDLE, IOWAIT, GUEST, GUEST_NICE}
    return sum(n for column, n in enumerate(ticks) if column not in left_out) / TICKS_PER_S


def tree_s(root: int, processes: dict[int, tuple[int, int]]) -> float:
    """The seconds of a process and its descendants, given each process's parent and ticks.

    >>> tree_s(1, {1: (0, 5), 2: (1, 10), 3: (2, 20), 9: (0, 1_000)}) * TICKS_PER_S
    35.0
    """
    family = {root}
    while more := {pid for pid, (parent, _) in processes.items() if parent in family} - family:
        family |= more
    ticks = sum(processes[pid][1] for pid in family if pid in processes)
    return ticks / TICKS_PER_S


def _processes() -> dict[int, tuple[int, int]]:
    """The parent and the ticks of every process, with the ticks of its ended children."""
    found = {}
    for path in PROC.glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # the process has ended
            continue
        found[int(path.parent.name)] = (int(fields[PARENT]), sum(map(int, fields[OWN_AND_ENDED])))
    return found
