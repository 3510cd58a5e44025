"""Which environment the models' stubs run in: a runtime of the volume, or our own."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from wordlight.errors import RuntimeMissing
from wordlight.runtimes import PackageLock, Runtime, find_runtime
from wordlight.serving._tritonserver import PYTHON


def stubs_runtime(volume: Path, has_gpu: bool) -> Runtime | None:
    """The volume's runtime for our lock and Python; None if the stubs run in our own environment.

    Afterwards this process can import packages of the runtime too, for those that carry weights.
    Our own packages come first.

    Raises:
        RuntimeMissing: There is no such runtime, and our own environment has no engines.
    """
    lock = PackageLock.find().digest
    runtime = find_runtime(volume, lock, PYTHON, has_gpu)
    if runtime is not None:
        sys.path.append(str(runtime.packages))
    elif find_spec("torch") is None:
        missing = f"it has no runtime for lock {lock[:8]} and Python {PYTHON}"
        raise RuntimeMissing(str(volume), f"{missing}, and {sys.prefix} has no torch")
    return runtime


def where(runtime: Runtime | None) -> str:
    """Which environment the stubs run in, and why."""
    if runtime is not None:
        return f"models run in runtime {runtime.folder.name} of the volume"
    lock = PackageLock.find().digest[:8]
    return (
        f"models run in {sys.prefix} (the volume has no runtime for lock {lock}, Python {PYTHON})"
    )
