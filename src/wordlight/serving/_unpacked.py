"""The folder that each tritonserver makes in /tmp for environments in archives.

A tritonserver removes its folder when it ends by itself, but not when it is killed. The folders of
our servers stay empty, because our environments are not archives.
Source: triton-inference-server/python_backend, src/pb_env.cc.
"""

from __future__ import annotations

from collections.abc import Set
from contextlib import suppress
from pathlib import Path

from wordlight.serving._stubs import PROC

UNPACKED = Path("/tmp/python_env_")


def unpacked() -> set[Path]:
    """The folders that are there now, whoever made them."""
    return set(UNPACKED.parent.glob(f"{UNPACKED.name}*"))


def remove_unpacked(before: Set[Path]) -> None:
    """Removes empty folders that were not there before, unless another server is running.

    A tritonserver aborts if its folder is gone when it ends, and all folders look alike.
    """
    if not _others_run():
        for folder in unpacked() - before:
            with suppress(OSError):
                folder.rmdir()


def _others_run() -> bool:
    for process in PROC.glob("[0-9]*/comm"):
        with suppress(OSError):  # it has ended
            if process.read_text().strip() == "tritonserver":
                return True
    return False
