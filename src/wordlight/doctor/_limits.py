"""The limits of this process (``ulimit``) and of its control groups that a server can run into.

Each figure was measured with the models mini on two cores. Only that limit was set, in a process
that then became ``wordlight serve --models mini -- wordlight narrate docs/examples/script.txt``.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.filesize import decimal

from wordlight.doctor._cgroups import groups_of
from wordlight.doctor._finding import Finding, State, fine, wrong
from wordlight.doctor._machine import longest_request_bytes
from wordlight.doctor._setup import Setup
from wordlight.errors import (
    AddressSpaceSmall,
    ComputingTimeLimited,
    DataSegmentSmall,
    FileSizeSmall,
    OpenFilesFew,
    ProcessesFew,
    StackSmall,
    WordlightError,
)

NAME = "limits"
PROC = Path("/proc")
UNLIMITED = "unlimited"
START_FILES = 80
"""tritonserver opens 71 files; with 64 it loads all models and then never listens."""
WANTED_FILES = 4096
"""Each connection takes one more file."""
CPUS_MEASURED = 2
START_ADDRESSES, ANSWER_ADDRESSES, ADDRESSES_PER_CPU = 6_600_000_000, 7_500_000_000, 430_000_000
"""Bytes of address space of whisperx's process (f5_tts takes 1 GB less). With 6.5 GB MKL gets no
memory at the start. With 7.0 GB the server starts, but 32 s of sound fail; with 7.5 GB they work.
The libraries of torch and CUDA, which are mapped but hardly read, take most of the space. Threads
take the rest: on one core it was 430 MB less."""
START_DATA, ANSWER_DATA, DATA_PER_CPU = 2_150_000_000, 2_800_000_000, 100_000_000
"""The same for private writable memory, much of which is reserved and never touched. With 2.1 GB
whisperx's process does not start. With 2.3 GB all processes start, but 32 s of sound kill f5_tts's.
For 194 s of sound, VmData reached 2.5 GB with glibc's malloc, and 2.8 GB with jemalloc."""
START_THREADS, STUBS_MEASURED, THREADS_PER_STUB = 245, 5, 12
"""Threads of all processes when the server is ready: tritonserver has 207, the two models with
torch have 12 and 9, and each other model has 5. With a limit of 220 threads whisperx's process
hangs; with 260 it does not."""
COUNTED_BELOW = 20_000
"""A limit of so many processes or more is not compared with how many the user has."""
START_FILE_BYTES = 4_000_000
"""Each region of shared memory is a file. With 4 MB the server starts, but 32 s of sound fail; with
30 MB they work."""
STACK_BYTES = 2**18
"""With 64 KiB not even ``serve`` runs; with 256 KiB both ``serve`` and the narration run."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A limit in bytes for each process, and how much a start and a long text need."""

    number: int
    problem: Callable[..., WordlightError]
    start_bytes: int
    answer_bytes: int

    def look(self) -> Finding | None:
        """The finding, if the limit as it is set now is too low."""
        limit, _ = resource.getrlimit(self.number)
        if limit == resource.RLIM_INFINITY or limit >= self.answer_bytes:
            return None
        is_enough = limit >= self.start_bytes
        return wrong(
            NAME,
            self.problem(
                limit=decimal(limit),
                needed=decimal(self.answer_bytes if is_enough else self.start_bytes),
                purpose="for a long text" if is_enough else "to start",
            ),
            State.WARNING if is_enough else State.ERROR,
        )


def check_limits(setup: Setup) -> Iterator[Finding]:
    """A finding for each limit that a server would reach; a single finding if there is none."""
    looked_at = [
        _check_open_files(), _check_processes(setup), _check_computing_time(),
        *(bound.look() for bound in _bounds()),
    ]  # fmt: skip
    found = [finding for finding in looked_at if finding is not None]
    yield from found
    if not found:
        yield fine(NAME, f"none that a server would reach; {_hard_files()} open files")


def raise_open_files(wanted: int = WANTED_FILES) -> None:
    """Raises the soft limit of open files to ``wanted``, or as far as the hard limit allows.

    The new limit applies to this process and to every process that it starts from now on.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < reachable:
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))


def _bounds() -> tuple[_Bound, ...]:
    further = (os.cpu_count() or 1) - CPUS_MEASURED
    addresses, data = ADDRESSES_PER_CPU * further, DATA_PER_CPU * further
    start = START_ADDRESSES + min(0, addresses), START_DATA + min(0, data)
    longest = START_FILE_BYTES + longest_request_bytes()
    return (
        _Bound(resource.RLIMIT_AS, AddressSpaceSmall, start[0], ANSWER_ADDRESSES + addresses),
        _Bound(resource.RLIMIT_DATA, DataSegmentSmall, start[1], ANSWER_DATA + data),
        _Bound(resource.RLIMIT_FSIZE, FileSizeSmall, START_FILE_BYTES, longest),
        _Bound(resource.RLIMIT_STACK, StackSmall, STACK_BYTES, STACK_BYTES),
    )


def _check_open_files() -> Finding | None:
    hard = _hard_files()
    if hard == UNLIMITED or int(hard) >= START_FILES:
        return None
    return wrong(NAME, OpenFilesFew(limit=hard, needed=START_FILES, wanted=WANTED_FILES))


def _hard_files() -> str:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return UNLIMITED if hard == resource.RLIM_INFINITY else str(hard)


def _check_computing_time() -> Finding | None:
    limit, _ = resource.getrlimit(resource.RLIMIT_CPU)
    if limit == resource.RLIM_INFINITY:
        return None
    return wrong(NAME, ComputingTimeLimited(limit=limit))


def _check_processes(setup: Setup) -> Finding | None:
    extra = setup.n_stubs - STUBS_MEASURED
    needed = START_THREADS + THREADS_PER_STUB * max(0, extra)
    free, bound = min([*_process_rooms(), (needed, "")])
    if free >= needed:
        return None
    return wrong(NAME, ProcessesFew(bound=bound, free=max(0, free), needed=needed))


def _process_rooms() -> Iterator[tuple[int, str]]:
    """For each limit: how many more processes and threads it allows, and its name."""
    for group in groups_of("pids"):
        most, now = group.number("pids.max"), group.number("pids.current")
        if most is not None and now is not None:
            yield most - now, f"{group.folder / 'pids.max'} ({most})"
    limit, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    is_exempt = os.getuid() == 0  # kernel/fork.c, copy_process
    if not is_exempt and 0 <= limit < COUNTED_BELOW:
        yield limit - _threads_of_user(), f"ulimit -u ({limit})"


def _threads_of_user() -> int:
    """The number of threads of all processes of the user, which the limit counts."""
    n_threads = 0
    for process in PROC.glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):  # it has ended
            if process.stat().st_uid == os.getuid():
                fields = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
                n_threads += int(fields[17])  # num_threads of proc(5), counted from the state
    return n_threads
