"""Builds a runtime from the lock: in a hidden folder, tried there, and only then made visible."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from wordlight.errors import (
    PythonStatic,
    PythonUnlocked,
    RuntimeUnusable,
    UvFailed,
)
from wordlight.runtimes._flash_attn import (
    Choice,
    FlashAttnWheel,
    choose,
    read_table,
    torch_of,
    unwanted,
)
from wordlight.runtimes._imports import ImportTrial, try_imports
from wordlight.runtimes._package_lock import PackageLock
from wordlight.runtimes._room import Room, extra_options
from wordlight.runtimes._runtime import Runtime, RuntimeRecord, point_current, runtime_root, sweep
from wordlight.runtimes._uv import Uv
from wordlight.storage import sync_file_system, sync_folder, volume_edge

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHONS = ("3.11", "3.12")
"""The versions that pyproject.toml allows in ``requires-python``; the lock is resolved for them."""
Report = Callable[[str], None]
Lease = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to install.

    ``modules`` must be importable. ``capability`` is a GPU's compute capability, like ``9.0``; None
    without a GPU. ``try_stub`` sends a tensor through a stub in that environment and returns how
    that went, in words. It raises one of our errors if the tensor came back changed.
    """

    volume: Path
    lock: PackageLock
    extras: tuple[str, ...]
    modules: tuple[str, ...]
    capability: str | None
    flash_attn: bool = True
    allow_unpinned: bool = False
    try_stub: Callable[[Path], str] = lambda _: "not tried"

    @property
    def room(self) -> Room:
        """The room that the plan takes on the volume."""
        return Room(runtime_root(self.volume), self.lock, self.extras, PYTHON)

    @property
    def record(self) -> RuntimeRecord:
        """The part of the record that is known before anything is built."""
        why_not = unwanted(self.capability, self.flash_attn)
        return RuntimeRecord(
            lock=self.lock.digest,
            python=PYTHON,
            home=sys.base_prefix,
            extras=tuple(sorted(self.extras)),
            wants_flash_attn=why_not is None,
            flash_attn_reason=why_not or "",
        )


def install(plan: Plan, uv: Uv, held: Lease, report: Report) -> tuple[Runtime, bool]:
    """The plan's runtime, complete on the volume; and whether this call has made it.

    ``held`` opens the lease that keeps other workers of the same volume out.

    Raises:
        PythonUnlocked, PythonStatic: Found before anything is fetched.
        VolumeReadOnly, VolumeFull, FileFailed: The volume does not take the runtime.
        UvFailed: uv could not install; what it fetched is kept for the next attempt.
        RuntimeUnusable: The runtime was built, but a module or the stub fails. It is removed again.
    """
    root = runtime_root(plan.volume)
    folder = root / plan.record.digest
    if (there := Runtime.at(folder)) is not None:
        return there, False
    check_python()
    with volume_edge(root):
        _check_writable(root)
    with volume_edge(root), held():
        if (there := Runtime.at(folder)) is not None:  # another worker has made it
            return there, False
        sweep(plan.volume)
        plan.room.check(uv, report)
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.{os.getpid()}.", dir=root))
        aside.chmod(0o755)
        try:
            with volume_edge(root):  # so that the disk is asked before anything is removed
                runtime = _publish(_build(plan, uv, aside, report), aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        if uv.cache.is_relative_to(root):  # the runtime keeps its files, as links
            _remove_cache(uv.cache)
    return runtime, True


def check_python() -> None:
    """Checks that a stub can embed the Python that runs us.

    Raises:
        PythonUnlocked: It is of another version than the lock's.
        PythonStatic: It has no shared library.
    """
    if PYTHON not in PYTHONS:
        raise PythonUnlocked(PYTHON, " and ".join(PYTHONS))
    name = f"libpython{PYTHON}.so.1.0"
    folders = [sysconfig.get_config_var("LIBDIR"), "/usr/lib/x86_64-linux-gnu", "/usr/lib64"]
    if not any((Path(folder) / name).is_file() for folder in folders if folder):
        raise PythonStatic(PYTHON, name)


def _check_writable(root: Path) -> None:
    """Checks that files can be made in the runtimes' folder.

    Raises:
        OSError: They cannot.
    """
    root.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=root).close()


def _build(plan: Plan, uv: Uv, folder: Path, report: Report) -> RuntimeRecord:
    """Builds and tries the runtime in ``folder``; returns its record, which is not yet written."""
    python = Path(sys.base_prefix) / f"bin/python{PYTHON}"
    environment = {"UV_PROJECT_ENVIRONMENT": str(folder)}
    uv.run(
        "making the environment",
        ["venv", "--relocatable", "--no-project", "--allow-existing", "--python", python, folder],
        report=report,
    )
    uv.run(
        "installing the locked packages",
        [
            *("sync", "--project", plan.lock.folder, "--frozen", "--no-default-groups"),
            *("--no-install-project", "--compile-bytecode", "--link-mode", "hardlink"),
            *extra_options(plan.extras),
        ],
        environment=environment,
        report=report,
    )
    report(f"importing {len(plan.modules)} modules")
    trials = try_imports(folder / "bin/python", plan.modules)
    if failed := [str(trial) for trial in trials if trial.error]:
        raise RuntimeUnusable(tuple(failed))
    choice, flash_attn_trial = _add_flash_attn(plan, uv, folder, report)
    report("sending a tensor through a stub")
    return replace(
        plan.record,
        flash_attn=choice.wheel.name if choice.wheel else "",
        flash_attn_reason=choice.reason,
        imports=tuple(str(trial) for trial in [*trials, *flash_attn_trial]),
        stub=plan.try_stub(folder),
        built_at_s=time.time(),
    )


def _add_flash_attn(
    plan: Plan, uv: Uv, folder: Path, report: Report
) -> tuple[Choice, Sequence[ImportTrial]]:
    """Installs flash-attn if a wheel fits; returns the outcome and the trial of its import.

    A wheel that cannot be fetched or imported counts as none.
    """
    if why_not := unwanted(plan.capability, plan.flash_attn):
        return Choice(None, why_not), ()
    python = folder / "bin/python"
    torch = torch_of(python)
    if torch is None or plan.capability is None:
        return Choice(None, "there is no torch in this runtime"), ()
    choice = choose(read_table(), PYTHON, torch, plan.capability, plan.allow_unpinned)
    if choice.wheel is None:
        return choice, ()
    report(f"installing {choice.wheel.name}")
    try:
        _install_wheel(choice.wheel, uv, folder, report)
    except UvFailed as error:
        return Choice(None, str(error)), ()
    (trial,) = try_imports(python, ["flash_attn"])
    if trial.error:
        uv.run("removing flash-attn", ["pip", "uninstall", "--python", python, "flash-attn"])
        return Choice(None, f"{choice.wheel.name} fits but fails: {trial}"), (trial,)
    return choice, (trial,)


def _install_wheel(wheel: FlashAttnWheel, uv: Uv, folder: Path, report: Report) -> None:
    """Installs one wheel, without its dependencies.

    Raises:
        UvFailed: It cannot be fetched, or its bytes do not match its hash.
    """
    pin = f" --hash=sha256:{wheel.sha256}" if wheel.sha256 else ""
    wanted = folder / "flash-attn.txt"
    wanted.write_text(f"flash-attn @ {wheel.url}{pin}\n", encoding="utf-8")
    into = ("pip", "install", "--no-deps", "--no-config", "--python", folder / "bin/python")
    hashes = ("--require-hashes",) if pin else ()
    try:
        uv.run("installing flash-attn", [*into, *hashes, "-r", wanted], report=report)
    finally:
        wanted.unlink()


def _publish(record: RuntimeRecord, aside: Path, folder: Path) -> Runtime:
    """Gives the runtime its name, after all of it is safely on the disk."""
    sync_file_system(aside)
    record.write(aside)
    sync_folder(aside)
    try:
        aside.rename(folder)
    except OSError as error:
        if (there := Runtime.at(folder)) is not None:  # we lost the lease, another finished
            return there
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        shutil.rmtree(folder)  # it has no record, so it is no runtime
        aside.rename(folder)
    sync_folder(folder.parent)
    runtime = Runtime(folder, record)
    point_current(runtime)
    return runtime


def _remove_cache(cache: Path) -> None:
    """Removes uv's cache. It is renamed first, because uv would trust a half-removed cache."""
    if cache.is_dir():
        hidden = cache.with_name(f"{cache.name}.{os.getpid()}")
        cache.rename(hidden)
        shutil.rmtree(hidden, ignore_errors=True)
