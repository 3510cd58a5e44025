"""The folder that each tritonserver makes in /tmp for environments in archives.

It removes the folder when it ends by itself; one that is killed leaves it. Ours stay empty, for our
environments are no archives. Source: triton-inference-server/python_backend, src/pb_env.cc.
"""

from __future__ import annotations

from collections.abc import Set
from contextlib import suppress
from pathlib import Path

from wordlight.serving._stubs import PROC

UNPACKED = Path("/tmp/python_env_")


def unpacked() -> set[Path]:
    """The folders that are there now, whoever's they are."""
    return set(UNPACKED.parent.glob(f"{UNPACKED.name}*"))


def remove_unpacked(before: Set[Path]) -> None:
    """Removes empty folders that were not there before, unless some other server may need one.

    A tritonserver aborts where its folder is gone when it ends, and all folders look alike.
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
