"""Why a model's process does not start: what shell, linker and kernel report, in our words."""

from __future__ import annotations

import os
import re
import resource
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from rich.filesize import decimal

from wordlight.errors import Cause, Refusal, revived

LONGEST_CAUSE = 300
_EXCEPTION = re.compile(r"[\w.]+: ?")
"""How Python reports an exception: ``ValueError: what was wrong``."""
INSTALL = "install the packages anew: wordlight volume install, or ./run setup in a checkout"
MEMORY = (
    "give the machine, or the container, more memory (docker run --memory), or serve fewer "
    "--instances"
)
GPU_MEMORY = "end what else holds the GPU (nvidia-smi), serve fewer --instances, or take another"
PROCESSES = "allow more processes: ulimit -u, or pids.max of the control group"
LIFT = "lift that limit for the server"
LOG = "read the whole log, which `serve --log FILE` keeps"


@dataclass(frozen=True, slots=True)
class _Saying:
    """Words of another program, and their meaning. ``{0}`` is what the pattern's group matched."""

    words: str
    cause: str
    remedy: str


_SAYINGS = (
    _Saying(
        r"error while loading shared libraries: (\S+?):",
        "the shared library {0} is missing or cannot be loaded",
        "install it (libpython: apt-get install libpython3.11 or 3.12), or add its folder to "
        "LD_LIBRARY_PATH",
    ),
    _Saying(
        r"failed to start (\w+) service: .*already in use",
        "its port for {0} is in use",
        "stop what listens there or choose another with --http-port, --grpc-port, --metrics-port",
    ),
    _Saying(
        r"Failed to run python backend stub with custom environment. Errno = 13\b",
        "its program may not be executed",
        "set TMPDIR to a folder that is not mounted noexec",
    ),
    _Saying(
        r"Failed to run python backend stub with custom environment. Errno = 2\b",
        "its program, or the loader that the program names, is not there",
        "reinstall the server",
    ),
    _Saying(
        r"Failed to run python backend stub. Errno = 2\b",
        "there is no bash, through which Triton starts it",
        "install bash",
    ),
    _Saying(
        r"(?:^|\s)(?:bash|sh|env): (.*?): Permission denied",
        "{0} may not be executed",
        "set TMPDIR to a folder that is not mounted noexec",
    ),
    _Saying(
        r"(?:^|\s)(?:bash|sh|env): (?:line \d+: )?(.*?): No such file or directory",
        "{0} is not there",
        "do not remove the server's state folder while it runs",
    ),
    _Saying(
        r"Failed to import the site module",
        "its Python cannot read a file of its packages' folder (.pth)",
        INSTALL,
    ),
    _Saying(
        r"CUDA out of memory|CUDA error: out of memory|CUBLAS_STATUS_ALLOC_FAILED",
        "the GPU's memory is full",
        GPU_MEMORY,
    ),
    _Saying(
        r"[Cc]an(?:no|')t start new thread|pthread_create failed|Thread creation failed"
        r"|fork: (?:retry: )?Resource temporarily unavailable|Failed to fork",
        "no more processes or threads may be started",
        PROCESSES,
    ),
    _Saying(
        r"std::bad_alloc|Cannot allocate memory|can't allocate memory|MemoryError"
        r"|failed to map segment from shared object",
        "memory cannot be allocated{limits}",
        MEMORY,
    ),
    _Saying(
        r"Too many open files",
        "too many files are open{limits}",
        "allow more: ulimit -n 1024",
    ),
    _Saying(
        r"[Uu]nable to (?:initialize|open|create) shared memory|shared memory (?:region|key)",
        "shared memory (/dev/shm) is full or closed",
        "give it more room (docker run --shm-size 1g); if no server runs, delete "
        "/dev/shm/wordlight-*",
    ),
    _Saying(
        r"No space left on device(?:: '([^']+)')?",
        "a disk is full ({0})",
        "make room there",
    ),
    _Saying(
        r"Read-only file system(?:: '([^']+)')?",
        "a file system takes no files ({0})",
        "mount it writable",
    ),
    _Saying(
        r"^ModuleNotFoundError: No module named '([^']+)'",
        "the package {0} is missing in its environment",
        INSTALL,
    ),
    _Saying(r"^((?:ImportError|OSError): \S+\.so\S*: .+)", "{0}", INSTALL),
    _Saying(r"^(ImportError: .+)", "{0}", INSTALL),
    _Saying(r"Fatal Python error: (.+)", "its Python cannot start: {0}", INSTALL),
)

_SIGNALS = {
    signal.SIGKILL: (
        "it was killed (SIGKILL), as the kernel does when memory runs out",
        MEMORY,
    ),
    signal.SIGBUS: (
        "it was ended by SIGBUS, as happens when shared memory or a disk is full",
        "give /dev/shm more room (docker run --shm-size 1g)",
    ),
    signal.SIGILL: (
        "it was ended by SIGILL: this CPU lacks an instruction that a library uses",
        "take a machine whose CPU has AVX2",
    ),
    signal.SIGXFSZ: (
        "it was ended by SIGXFSZ: a file grew beyond the limit",
        "lift that limit: ulimit -f unlimited",
    ),
    signal.SIGXCPU: (
        "it was ended by SIGXCPU: its processor time is limited",
        "lift that limit: ulimit -t unlimited",
    ),
    signal.SIGSYS: (
        "it was ended by SIGSYS: a system call is forbidden here",
        "allow it in the container's seccomp profile",
    ),
}


def explained(words: Sequence[str]) -> Cause | None:
    """What the first line that is understood means; None if none is."""
    for line in words:
        if ours := _own_error(line):
            return ours
        for saying in _SAYINGS:
            if found := re.search(saying.words, line):
                caught = next((group for group in found.groups() if group), "its name is not said")
                limits = _limits()
                cause = saying.cause.format(caught[:LONGEST_CAUSE], limits=limits)
                is_limited = limits and "{limits}" in saying.cause
                return Cause(cause, LIFT if is_limited else saying.remedy)
    return None


def failed(reason: str, status: int | None, words: Sequence[str]) -> Cause:
    """Why one model did not load.

    Args:
        reason: Triton's own reason, with Python's traceback; empty if Triton gives none.
        status: The status of its process, as ``waitpid`` gives it; None if that was not seen.
        words: What was written to standard error meanwhile.
    """
    raised = reason.partition("\n\nAt:")[0].removeprefix("Internal: ")
    if known := explained([raised]):
        return known
    stated = " ".join(raised.split())
    if _EXCEPTION.match(stated):
        return Cause(stated[:LONGEST_CAUSE], LOG)
    number = os.WTERMSIG(status) if status is not None and os.WIFSIGNALED(status) else None
    # The kernel's signals are certain; the words may be another model's, or a mere warning.
    if number not in _SIGNALS and (known := explained(words)):
        return known
    if number is not None:
        return _by_signal(number, words)
    if stated and "is not healthy" not in stated:
        return Cause(stated[:LONGEST_CAUSE], LOG)
    said = words[-1].strip()[:LONGEST_CAUSE] if words else ""
    code = os.waitstatus_to_exitcode(status) if status is not None else None
    ending = "its process ended" + (f" with status {code}" if code is not None else "")
    return Cause(f"{ending}; it said: {said}" if said else ending, LOG)


def ended(status: int, words: Sequence[str]) -> Cause:
    """Why tritonserver itself ended. ``status`` is ``Popen.returncode``."""
    if -status not in _SIGNALS and (known := explained(words)):
        return known
    if status < 0:
        return _by_signal(-status, words)
    return Cause(f"it ended with status {status}", LOG)


def _by_signal(number: int, words: Sequence[str]) -> Cause:
    if number in _SIGNALS:
        cause, remedy = _SIGNALS[signal.Signals(number)]
        return Cause(cause, remedy)
    is_named = number in set(signal.Signals)  # of the real-time signals only the first and the last
    name = signal.Signals(number).name if is_named else f"signal {number}"
    limits = _limits()
    if limits:
        return Cause(f"it was ended by {name}{limits}", LIFT)
    said = f"; it said: {words[-1].strip()[:LONGEST_CAUSE]}" if words else ""
    return Cause(f"it was ended by {name}{said}", LOG)


def _own_error(line: str) -> Cause | None:
    """One of our own problems, if Triton repeats it from a model's ``initialize``."""
    if not line.startswith(f"{Refusal.__name__}: "):
        return None
    own = revived(line)
    return None if own is None else Cause(f"{own.code} {own}", own.remedy)


def _limits() -> str:
    """The limits of this process that are known to stop servers, in words; empty if none is set."""
    found = []
    for kind, what, flag in (
        (resource.RLIMIT_AS, "address space", "v"),
        (resource.RLIMIT_DATA, "data", "d"),
    ):
        soft = resource.getrlimit(kind)[0]
        if soft != resource.RLIM_INFINITY:
            found.append(f"{what} is limited to {decimal(soft)} (ulimit -{flag})")
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if files < FEW_FILES:
        found.append(f"{files} files may be open (ulimit -n)")
    return f": {', '.join(found)}" if found else ""


FEW_FILES = 256
"""A limit of fewer open files than this may keep a server from starting."""
