"""The machine: its system and container, and the shared memory that carries tensors to models."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path

from rich.filesize import decimal

from wordlight.contract import MODELS, Dtype
from wordlight.doctor._finding import Finding, fine, wrong
from wordlight.doctor._setup import Setup
from wordlight.errors import ShmMissing, ShmSmall, ShmTooSmall
from wordlight.storage import free_bytes

SHARED_MEMORY = Path("/dev/shm")
STUB_REGION_BYTES = 2**20
"""The shared memory that Triton's Python backend takes per instance at its start
(shm-default-byte-size); it grows as tensors need it. Seen in the stub's command line, servers 2.40
to 2.51."""


def check_system(variables: Mapping[str, str], root: Path = Path("/")) -> Finding:
    """The finding that names the system, the kind of container and the number of processors."""
    kind = _container(variables, root)
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        system = platform.system()
    place = f"container ({kind})" if kind else "bare machine"
    n_cpus = len(os.sched_getaffinity(0))
    return fine("system", f"{place}, {system}, {n_cpus} CPU{'s' if n_cpus != 1 else ''}")


def is_container(variables: Mapping[str, str], root: Path = Path("/")) -> bool:
    """Whether this is a container, where all files outside of mounts are lost when it ends."""
    return bool(_container(variables, root))


def check_shared_memory(setup: Setup, path: Path = SHARED_MEMORY) -> Finding:
    """Whether enough shared memory is free for the models' processes."""
    name = "shared memory"
    try:
        free = free_bytes(path)
    except OSError as error:
        return wrong(name, ShmMissing(path=path, reason=error.strerror))
    if not os.access(path, os.W_OK | os.X_OK):
        return wrong(name, ShmMissing(path=path, reason="it is not writable"))
    start = setup.n_stubs * STUB_REGION_BYTES
    if free < start:
        return wrong(
            name,
            ShmTooSmall(
                path=path, free=decimal(free), n_stubs=setup.n_stubs, needed=decimal(start)
            ),
        )
    longest = start + longest_request_bytes()
    if free < longest:
        return wrong(name, ShmSmall(path=path, free=decimal(free), needed=decimal(longest)))
    return fine(name, f"{decimal(free)} free in {path}")


def longest_request_bytes() -> int:
    """The size in bytes of the numeric inputs of the largest request that the contract allows."""
    return max(
        sum(
            tensor.max_length * tensor.dtype.numpy.itemsize
            for tensor in spec.inputs
            if tensor.is_list and tensor.max_length and tensor.dtype is not Dtype.STRING
        )
        for spec in MODELS
    )


def _container(variables: Mapping[str, str], root: Path) -> str:
    if "RUNPOD_POD_ID" in variables:
        return "RunPod"
    if "KUBERNETES_SERVICE_HOST" in variables:
        return "Kubernetes"
    if (root / ".dockerenv").exists():
        return "docker"
    if (root / "run/.containerenv").exists():
        return "podman"
    return variables.get("container", "")  # systemd's convention: lxc, systemd-nspawn
