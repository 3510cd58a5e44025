"""Memory: how much this machine and our control groups allow, and how much the models need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from rich.filesize import decimal

from wordlight.doctor._cgroups import OF_THIS_PROCESS, ControlGroup, groups_of
from wordlight.doctor._finding import Finding, absent, fine, wrong
from wordlight.doctor._setup import Setup
from wordlight.errors import MemorySmall, MemoryTooSmall
from wordlight.manifest import Manifest

MACHINE, STATUS = Path("/proc/meminfo"), Path("/proc/self/status")
GIB = 2**30
SERVER_BYTES = 105e6
"""tritonserver takes 47 MB and ``serve`` 58 MB. This figure and those below count the anonymous
pages of the models mini with glibc's malloc on two cores. Pages of files do not count, because
they can be read again. The figures were read from /proc/<pid>/smaps_rollup every 0.25 s, during
``wordlight serve --models mini -- sleep 3`` and during ``-- wordlight narrate`` of six times
docs/examples/script.txt (194 s of sound)."""
STUB_BYTES = 25e6
"""A model process without torch: voices 22 MB, subtitles 24 MB, publish 20 MB."""
START_BYTES = {"f5_tts": 1000e6, "whisperx": 850e6, "checks": 70e6}
"""A model process with torch that has answered a short text, without its weights; and ``checks``,
which reads scripts. Without ``checks`` the models mini need 2.15 GB. A control group of 1.8 GB
kills it in its warm-up; one of 2.0 GB kills it at the first short text, with the client counted."""
ANSWER_BYTES = {"f5_tts": 1330e6, "whisperx": 1000e6, "checks": 110e6}
"""The most that the same processes take while a long text is narrated. whisperx was measured with
jemalloc; glibc's malloc takes 60 MB less. ``checks`` was measured after it had asked a bucket.
Without ``checks`` the models mini need 2.7 GB: in 2.2 GB, 32 s of sound killed f5_tts's process;
in 2.4 GB they were narrated, but the kernel killed one process; in 2.6 GB it killed none."""
TENSORS_BYTES = 45e6
"""Shared memory in use during that narration. The control group counts it as memory."""


@dataclass(frozen=True, slots=True)
class Room:
    """Memory that is still free, the total that it is part of, and what limits the total."""

    free_bytes: int
    total_bytes: int
    bound: str


def check_memory(setup: Setup, manifest: Manifest | Finding) -> Finding:
    """Whether the machine and every control group have enough free memory for the models."""
    name = "memory"
    machine = _machine_facts()
    rooms = rooms_here(machine, groups_of("memory", OF_THIS_PROCESS))
    if not rooms:
        return absent(name, f"{MACHINE} does not say how much there is")
    room = min(rooms, key=lambda room: room.free_bytes)
    free, total = decimal(room.free_bytes), decimal(room.total_bytes)
    if isinstance(manifest, Finding):
        return fine(name, f"{free} of {total} free")
    start, answer = needed_bytes(setup, manifest)
    ours = _own_bytes()  # part of SERVER_BYTES, or gone when the server starts
    for problem, needed, usable in (
        (MemoryTooSmall, start, room.free_bytes + ours + machine.get("SwapFree", 0)),
        (MemorySmall, answer, room.free_bytes + ours),
    ):
        if usable < needed:
            taken = room.total_bytes - room.free_bytes
            advised = ceil((taken + answer) / GIB)
            return wrong(name, problem(room.bound, free, manifest.name, decimal(needed), advised))
    return fine(name, f"{free} of {total} free, {manifest.name} needs {decimal(answer)}")


def needed_bytes(setup: Setup, manifest: Manifest) -> tuple[int, int]:
    """Bytes that all processes together take at their start, and for a long text.

    Each instance holds its own copy of the weights, as large as their files: on a CPU permanently,
    and for a GPU while they are loaded. Aligners of other languages are loaded when they are first
    needed, and are not counted.
    """
    speech = manifest.speech
    of_speech = {speech.weights, speech.front_end_weights, speech.vocoder_weights}
    weights = {
        "f5_tts": _weights_bytes(manifest, manifest.weights.keys() & of_speech),
        "whisperx": _weights_bytes(
            manifest, manifest.weights.keys() - of_speech - manifest.optional_aligners.keys()
        ),
    }
    start = answer = SERVER_BYTES
    for model, n_instances in setup.instances_of_models().items():
        start += n_instances * (START_BYTES.get(model, STUB_BYTES) + weights.get(model, 0))
        answer += n_instances * (ANSWER_BYTES.get(model, STUB_BYTES) + weights.get(model, 0))
    return int(start), int(answer + TENSORS_BYTES)


def rooms_here(machine: dict[str, int], groups: Iterable[ControlGroup]) -> list[Room]:
    """The memory of the machine, and of each control group that has a limit."""
    rooms = []
    if "MemAvailable" in machine:
        rooms.append(Room(machine["MemAvailable"], machine["MemTotal"], "this machine"))
    for group in groups:
        for limited, used, prefix in (
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_"),  # version 1
            ("memory.max", "memory.current", ""),
        ):
            limit, usage = group.number(limited), group.number(used)
            if limit is not None and usage is not None:
                # Pages of files are dropped as soon as their memory is needed.
                counts = group.counts("memory.stat")
                names = (f"{prefix}{kind}_file" for kind in ("active", "inactive"))
                files = sum(counts.get(name, 0) for name in names)
                free = max(0, limit - max(0, usage - files))
                rooms.append(Room(free, limit, f"{group.folder / limited} ({decimal(limit)})"))
    return rooms


def _machine_facts() -> dict[str, int]:
    """The numbers of /proc/meminfo in bytes."""
    return _kilobytes(MACHINE)


def _own_bytes() -> int:
    """Anonymous pages of this process."""
    return _kilobytes(STATUS).get("RssAnon", 0)


def _kilobytes(table: Path) -> dict[str, int]:
    """The numbers of a table of /proc that stand in kB, in bytes."""
    try:
        lines = table.read_text().splitlines()
    except OSError:
        return {}
    rows = [line.split() for line in lines]
    return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows if row[2:] == ["kB"]}


def _weights_bytes(manifest: Manifest, names: Iterable[str]) -> int:
    return sum(file.n_bytes or 0 for name in names for file in manifest.weights[name].files)
