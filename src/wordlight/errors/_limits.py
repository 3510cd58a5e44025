"""Problems with the limits of a process (`ulimit`) and of its control groups."""

from __future__ import annotations

from wordlight.errors._root import Severity
from wordlight.errors._setup import SetupError

__all__ = [
    "AddressSpaceSmall",
    "ComputingTimeLimited",
    "DataSegmentSmall",
    "FileSizeSmall",
    "OpenFilesFew",
    "ProcessesFew",
    "StackSmall",
]


class OpenFilesFew(SetupError):
    """The limit of open files is too low for the server."""

    code = "OPEN_FILES_FEW"
    says = "a process may open {limit} files (ulimit -Hn), tritonserver needs {needed}"
    meaning = (
        "The server would load its models and never listen. `serve` raises a soft limit that is "
        "too low; this is the hard limit."
    )
    advice = (
        "allow more: docker run --ulimit nofile={wanted}, systemd LimitNOFILE={wanted}, or "
        "ulimit -Hn {wanted} as root"
    )

    limit: object
    needed: object
    wanted: object


class AddressSpaceSmall(SetupError):
    """The limit of address space is too low for a model."""

    code = "ADDRESS_SPACE_SMALL"
    says = "the address space is limited to {limit} (ulimit -v), a model needs {needed} {purpose}"
    meaning = (
        "The libraries of torch and CUDA are mapped as a whole, though little of them is read. "
        "Beyond the limit a model fails to load, or fails on a longer text. If the server can "
        "start, this is a warning."
    )
    advice = (
        "lift it: ulimit -v unlimited, systemd LimitAS=infinity; a control group bounds memory "
        "better (docker run --memory, systemd MemoryMax)"
    )

    limit: object
    needed: object
    purpose: object


class DataSegmentSmall(SetupError):
    """The limit of data memory is too low for a model."""

    code = "DATA_SEGMENT_SMALL"
    says = "the data segment is limited to {limit} (ulimit -d), a model needs {needed} {purpose}"
    meaning = (
        "Reserved memory counts, whether it is used or not. Beyond the limit a model fails to "
        "load, or fails on a longer text. If the server can start, this is a warning."
    )
    advice = (
        "lift it: ulimit -d unlimited, systemd LimitDATA=infinity; a control group bounds "
        "memory better (docker run --memory, systemd MemoryMax)"
    )

    limit: object
    needed: object
    purpose: object


class ProcessesFew(SetupError):
    """The limit of processes is too low for a server."""

    code = "PROCESSES_FEW"
    says = "{bound} allows {free} more processes and threads, a server needs {needed}"
    meaning = (
        "tritonserver and its models start threads for each core and each connection; without "
        "these threads they end or hang."
    )
    advice = (
        "allow more: docker run --pids-limit 1024, Kubernetes podPidsLimit, systemd "
        "TasksMax=1024, ulimit -u 4096"
    )

    bound: object
    free: object
    needed: object


class FileSizeSmall(SetupError):
    """The limit of file size is too low for a server."""

    code = "FILE_SIZE_SMALL"
    says = "a file may grow to {limit} (ulimit -f), a server needs {needed} {purpose}"
    meaning = (
        "Shared memory, through which tensors reach the models, consists of files; so do weights "
        "and the log. The kernel ends a process that writes past the limit. If the server can "
        "start, this is a warning."
    )
    advice = "lift it: ulimit -f unlimited, systemd LimitFSIZE=infinity"

    limit: object
    needed: object
    purpose: object


class StackSmall(SetupError):
    """The limit of stack size is too low for a model."""

    code = "STACK_SMALL"
    says = (
        "the stack of a thread is limited to {limit} (ulimit -s), a model needs {needed} {purpose}"
    )
    meaning = "A thread that needs more ends its process with SIGSEGV."
    advice = "set the usual one: ulimit -s 8192, systemd LimitSTACK=8M"

    limit: object
    needed: object
    purpose: object


class ComputingTimeLimited(SetupError):
    """The computing time is limited."""

    code = "COMPUTING_TIME_LIMITED"
    severity = Severity.WARNING
    says = "a process may compute for {limit} s (ulimit -t)"
    meaning = "The kernel then kills tritonserver or a model's process, in the middle of a request."
    advice = "lift it: ulimit -t unlimited, systemd LimitCPU=infinity"

    limit: object
