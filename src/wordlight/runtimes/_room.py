"""How many bytes a runtime takes on its volume, and whether so many are free."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wordlight.errors import VolumeFull
from wordlight.runtimes._package_lock import PackageLock
from wordlight.runtimes._uv import Uv
from wordlight.storage import free_bytes

INSTALLED_PER_FETCHED = 2.0
"""Bytes on the disk for each byte of a wheel. Wheels of 4.4 GB took 8.1 GB (torch 2.8, November
2026), plus compiled bytecode."""
MARGIN = 1.1


@dataclass(frozen=True, slots=True)
class Room:
    """The room under ``root`` for a lock's extras and a Python like ``3.12``."""

    root: Path
    lock: PackageLock
    extras: tuple[str, ...]
    python: str

    def check(self, uv: Uv, report: Callable[[str], None]) -> None:
        """Checks that as many bytes as are needed are free on the volume.

        Raises:
            VolumeFull: Fewer are free.
        """
        needed_bytes = self.needed_bytes(uv)
        free = free_bytes(self.root)
        report(f"{needed_bytes / 1e9:.2f} GB needed, {free / 1e9:.2f} GB free")
        if needed_bytes > free:
            raise VolumeFull(str(self.root), needed_bytes, free)

    def needed_bytes(self, uv: Uv) -> int:
        """How many bytes an installation still has to write, plus a tenth for safety.

        Wheels are unpacked into uv's cache and linked into the runtime, or copied if the volume has
        no hard links. What an earlier attempt left in the cache is not written again.
        """
        export: list[str | Path] = [
            *("export", "--project", self.lock.folder, "--frozen", "--no-default-groups"),
            *("--quiet", "--no-emit-project", "--no-hashes", "--format", "requirements-txt"),
            *extra_options(self.extras),
        ]
        lines = uv.run("reading the lock", export).splitlines()
        names = [line.partition(" ")[0] for line in lines if line[:1].isalnum()]
        unpacked = INSTALLED_PER_FETCHED * self.lock.wheel_bytes(names, self.python)
        if not uv.cache.is_relative_to(self.root):
            return int(MARGIN * unpacked)
        copies = 1 if _knows_links(self.root) else 2
        return int(MARGIN * max(0.0, copies * unpacked - _bytes_below(uv.cache)))


def extra_options(extras: Sequence[str]) -> list[str]:
    """uv's options for a project's extras."""
    return [part for extra in extras for part in ("--extra", extra)]


def _knows_links(folder: Path) -> bool:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".links.") as trial:
        (Path(trial) / "a").touch()
        with suppress(OSError):
            os.link(Path(trial) / "a", Path(trial) / "b")
            return True
        return False


def _bytes_below(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
