"""Runtimes on the volume: environments in which the models' stubs run.

<volume>/runtime/<digest>/          one environment, complete; runtime.json was written last
<volume>/runtime/current            link to the one installed last
<volume>/runtime/.<digest>.<pid>…   being built, or being removed; nobody looks inside
<volume>/runtime/.in-use/<digest>/  a file for each server that runs in it
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from wordlight.runtimes._in_use import is_in_use
from wordlight.storage import write_whole

RECORD = "runtime.json"
CURRENT = "current"
DIGEST_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class RuntimeRecord:
    """What a runtime is made of and how its trials went: ``runtime.json``.

    ``python`` is a version like ``3.12``, installed under ``home``. ``flash_attn`` is a wheel's
    name or empty, and ``flash_attn_reason`` says why. ``imports`` holds a line for each module.
    ``stub`` says how the trial of the stub went. ``built_at_s`` is in seconds since 1970.
    """

    lock: str
    python: str
    home: str
    extras: tuple[str, ...]
    wants_flash_attn: bool
    flash_attn: str = ""
    flash_attn_reason: str = ""
    imports: tuple[str, ...] = ()
    stub: str = ""
    built_at_s: float = 0.0

    @property
    def digest(self) -> str:
        """The runtime's name: a hash of the lock, the Python and the choices made."""
        python = (self.python, self.home)
        chosen = [self.lock, *python, sorted(self.extras), self.wants_flash_attn]
        whole = hashlib.sha256(json.dumps(chosen).encode()).hexdigest()
        return whole[:DIGEST_CHARACTERS]

    def write(self, folder: Path) -> None:
        """Writes the record; it is safely on the disk when this returns."""
        write_whole(folder / RECORD, json.dumps(asdict(self), indent=1))


@dataclass(frozen=True, slots=True)
class Runtime:
    """A complete runtime on the volume."""

    folder: Path
    record: RuntimeRecord

    @classmethod
    def at(cls, folder: Path) -> Runtime | None:
        """The runtime in that folder, or None if there is no complete one."""
        try:
            fields = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            lists = {key: tuple(fields[key]) for key in ("extras", "imports")}
            return cls(folder, RuntimeRecord(**{**fields, **lists}))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    @property
    def python(self) -> Path:
        """Its interpreter: a link to a file of this machine, which another machine may lack."""
        return self.folder / "bin/python"

    @property
    def packages(self) -> Path:
        """The runtime's site-packages folder."""
        return self.folder / f"lib/python{self.record.python}/site-packages"


def runtime_root(volume: Path) -> Path:
    """The folder of all runtimes of a volume."""
    return volume / "runtime"


def runtimes(volume: Path) -> list[Runtime]:
    """The volume's complete runtimes, newest first."""
    folders = runtime_root(volume).glob("[!.]*")
    found = [Runtime.at(folder) for folder in folders if not folder.is_symlink()]
    complete = [runtime for runtime in found if runtime is not None]
    return sorted(complete, key=lambda runtime: runtime.record.built_at_s, reverse=True)


def find_runtime(volume: Path, lock: str, python: str, has_gpu: bool) -> Runtime | None:
    """The volume's runtime for a lock's digest and a Python, if it can run on this machine.

    If several fit: with a GPU, one with flash-attn is preferred, and without a GPU one without it;
    then the one with more extras; then the newest.
    """
    fits = [
        runtime
        for runtime in runtimes(volume)
        if (runtime.record.lock, runtime.record.python) == (lock, python)
        and runtime.python.exists()
    ]

    def merit(runtime: Runtime) -> tuple[bool, int]:
        return bool(runtime.record.flash_attn) == has_gpu, len(runtime.record.extras)

    return max(fits, key=merit, default=None)


def point_current(runtime: Runtime) -> None:
    """Makes ``runtime/current`` point to this runtime, in one step."""
    link = runtime.folder.parent / CURRENT
    fresh = link.with_name(f".{CURRENT}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(runtime.folder.name)
    fresh.replace(link)


def prune(volume: Path, keep: int) -> list[Path]:
    """Removes all but the ``keep`` newest runtimes; returns the folders that were removed.

    It never removes the current runtime, or one in which a server runs. The caller must hold the
    lease.
    """
    current = (runtime_root(volume) / CURRENT).resolve()
    old = [r.folder for r in runtimes(volume)[keep:] if r.folder.resolve() != current]
    return [folder for folder in old if _remove(folder)]


def _remove(folder: Path) -> bool:
    """Removes a runtime that is not in use; returns whether it did.

    The runtime is hidden first, so that no server can choose it meanwhile.
    """
    if is_in_use(folder):
        return False
    hidden = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    folder.rename(hidden)
    if is_in_use(folder):  # a server marked it just before it was renamed
        hidden.rename(folder)
        return False
    shutil.rmtree(hidden)
    return True


def sweep(volume: Path) -> None:
    """Removes what killed installations left. The caller must hold the lease."""
    for pattern in (f".{'[0-9a-f]' * DIGEST_CHARACTERS}.*", ".links.*", ".uv-cache.*"):
        for leftover in runtime_root(volume).glob(pattern):
            shutil.rmtree(leftover, ignore_errors=True)
    for link in runtime_root(volume).glob(f".{CURRENT}.*"):
        link.unlink(missing_ok=True)
