"""The machine that figures come from, as its kernel describes it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

TELLING_FLAGS = {"avx2": "AVX2", "avx512f": "AVX-512", "amx_tile": "AMX"}


@dataclass(frozen=True, slots=True)
class Machine:
    """The properties that decide a machine's speed. ``load`` is the load average of a minute."""

    cpu: str
    flags: tuple[str, ...]
    cores: int
    threads: int
    memory_gib: float
    load: float

    def __str__(self) -> str:
        lacking = [name for name in TELLING_FLAGS.values() if name not in self.flags]
        flags = ", ".join(self.flags) or "none of AVX2, AVX-512, AMX"
        without = f" (no {', no '.join(lacking)})" if lacking and self.flags else ""
        return (
            f"{self.cpu}, {flags}{without}; {counted(self.cores, 'core')}, "
            f"{counted(self.threads, 'thread')}, {self.memory_gib:.0f} GiB; "
            f"load average {self.load:.2f} before the first request"
        )


def this_machine() -> Machine:
    """The present machine, with only the cores that this process may use."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return parse(info, len(os.sched_getaffinity(0)), memory, os.getloadavg()[0])


def parse(cpuinfo: str, n_threads: int, memory_gib: float, load: float) -> Machine:
    """The machine that ``/proc/cpuinfo`` describes.

    >>> parse("model name : Xeon\\nsiblings : 4\\ncpu cores : 2\\nflags : avx2 fma", 4, 8.0, 0.5)
    Machine(cpu='Xeon', flags=('AVX2',), cores=2, threads=4, memory_gib=8.0, load=0.5)
    """
    known = set(_field(cpuinfo, "flags").split())
    siblings, cores = _field(cpuinfo, "siblings"), _field(cpuinfo, "cpu cores")
    per_core = int(siblings) // int(cores) if siblings and cores else 1
    return Machine(
        _field(cpuinfo, "model name") or "an unnamed CPU",
        tuple(name for flag, name in TELLING_FLAGS.items() if flag in known),
        max(n_threads // max(per_core, 1), 1),
        n_threads,
        memory_gib,
        load,
    )


def counted(n: int, noun: str) -> str:
    """A number and its noun.

    >>> counted(1, "core"), counted(2, "core")
    ('1 core', '2 cores')
    """
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _field(cpuinfo: str, name: str) -> str:
    found = re.search(rf"^{name}\s*: (.*)$", cpuinfo, re.MULTILINE)
    return found[1].strip() if found else ""
