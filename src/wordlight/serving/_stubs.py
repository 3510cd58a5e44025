"""The processes that run the models, as the kernel shows them.

Triton waits for ever for a stub that did not start, and does not report one that the kernel killed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PROC = Path("/proc")
ZOMBIE, STOPPED, WAITS_FOR_DISK = "Z", "T", "D"
_MODEL = re.compile(r"/models/(\w+)/1/model\.py")
# Fields of /proc/PID/stat after the name in brackets, counted from the state (proc(5)).
_PARENT, _MAJOR_FAULTS, _USER, _SYSTEM, _RESIDENT, _EXIT = 1, 9, 11, 12, 21, 49
PAGE_BYTES = 4096
TICKS_PER_S = 100
"""USER_HZ on every Linux that we run on (sysconf(_SC_CLK_TCK))."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What a process has done so far: if these numbers grow, the process works."""

    cpu_s: float = 0.0
    read_bytes: int = 0
    major_faults: int = 0


@dataclass(frozen=True, slots=True)
class Process:
    """One process at one moment. ``status`` is what ``waitpid`` would give for a zombie."""

    pid: int
    parent: int
    state: str
    activity: Activity
    resident_bytes: int
    status: int

    @classmethod
    def look(cls, pid: int, proc: Path = PROC) -> Process | None:
        """The process with that number; None if there is none."""
        stat = _stat(proc / str(pid))
        if not stat:
            return None
        numbers = [int(part) if part.lstrip("-").isdigit() else 0 for part in stat]
        activity = Activity(
            (numbers[_USER] + numbers[_SYSTEM]) / TICKS_PER_S,
            _bytes_read(proc / str(pid)),
            numbers[_MAJOR_FAULTS],
        )
        resident = numbers[_RESIDENT] * PAGE_BYTES
        return cls(pid, numbers[_PARENT], stat[0], activity, resident, numbers[_EXIT])

    @property
    def has_ended(self) -> bool:
        """Whether it has ended and only waits to be collected by its parent."""
        return self.state == ZOMBIE


def thread_states(pid: int, proc: Path = PROC) -> set[str]:
    """The states of all threads of a process: any of them may be the one that waits."""
    tasks = (proc / str(pid) / "task").glob("*")
    return {stat[0] for task in tasks if (stat := _stat(task))}


@dataclass(slots=True)
class StubWatch:
    """The stubs of one tritonserver: which processes run which model, and their states.

    ``nameless`` are processes that ended before their command line was seen.
    """

    server: int
    proc: Path = PROC
    nameless: list[Process] = field(default_factory=list)
    _models: dict[int, str] = field(default_factory=dict)
    _strangers: set[int] = field(default_factory=set)

    def look(self) -> dict[str, list[Process]]:
        """The processes of each model, even dead ones, unless Triton has collected them already."""
        found: dict[str, list[Process]] = {}
        before, self._models, self.nameless = self._models, {}, []
        for process in self._children():
            # A dead process has no command line any more; an earlier look may have seen it.
            model = _model(self.proc / str(process.pid)) or before.get(process.pid)
            if model is not None:
                self.name(process, model)
                found.setdefault(model, []).append(process)
            elif process.has_ended:
                self.nameless.append(process)
        return found

    def name(self, process: Process, model: str) -> None:
        """Notes which model a process ran, if its command line was not seen."""
        self._models[process.pid] = model

    def _children(self) -> Iterator[Process]:
        """The processes that the server has started and not collected.

        A process that is not the server's child never becomes one, so it is looked at only once:
        looking at 500 processes takes 20 ms.
        """
        listed = {int(entry) for entry in os.listdir(self.proc) if entry.isdecimal()}  # noqa: PTH208
        self._strangers &= listed
        for pid in sorted(listed - self._strangers):
            if _parent(self.proc / str(pid)) != self.server:
                self._strangers.add(pid)
            elif (process := Process.look(pid, self.proc)) is not None:
                yield process


def _stat(process: Path) -> list[str]:
    """The fields after the name in brackets; empty if the process is gone."""
    with suppress(OSError):
        return (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
    return []


def _parent(process: Path) -> int:
    stat = _stat(process)
    return int(stat[_PARENT]) if stat else 0


def _model(process: Path) -> str | None:
    with suppress(OSError):
        command = (process / "cmdline").read_bytes().decode(errors="replace")
        if found := _MODEL.search(command):
            return found[1]
    return None


def _bytes_read(process: Path) -> int:
    with suppress(OSError, ValueError, IndexError):  # it is another user's, or gone
        return int((process / "io").read_text().split()[1])
    return 0
