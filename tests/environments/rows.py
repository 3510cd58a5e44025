"""The places: what is unusual about each, how it is made, and what should happen there."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from place import Place

SERVES = ""
"""The expected outcome if nothing prevents a server from starting."""


@dataclass(frozen=True, slots=True)
class Row:
    """One place. ``refusal`` is the code that it is refused with; SERVES: it answers a request."""

    name: str
    prepare: Callable[[Place], None]
    refusal: str = SERVES
    is_quick: bool = False
    warns: str = ""


NAMES = {
    "a space": "my projects",
    "an apostrophe": "o'clock",
    "a double quote": 'the "old" disk',
    "a dollar sign": "cash $HOME $(id)",
    "a newline": "two\nlines",
    "a letter outside ASCII": "wörk",
    "right-to-left letters": "שלום",
    "a colon": "a:b",
    "a backslash": "back\\slash",
    "wildcards": "*?[a]",
    "shell operators": "a;b&c|d>e",
    "an equals sign": "a=b",
    "bytes that are no UTF-8": os.fsdecode(b"latin-\xe9"),
    "an emoji": "🎙 voice",
    "a dash in front": "-rf",
    "250 letters": "x" * 250,
}


def _paths(name: str) -> Callable[[Place], None]:
    def prepare(place: Place) -> None:
        place.volume = place.path(f"{name}/volume")
        place.variables["HOME"] = os.fspath(place.path(f"{name}/home"))
        place.variables["TMPDIR"] = os.fspath(place.path(f"{name}/tmp"))

    return prepare


def _variables(**variables: str) -> Callable[[Place], None]:
    def prepare(place: Place) -> None:
        place.variables.update(variables)

    return prepare


def _without(*names: str) -> Callable[[Place], None]:
    def prepare(place: Place) -> None:
        for name in names:
            place.variables.pop(name, None)

    return prepare


def _limits(limits: str) -> Callable[[Place], None]:
    def prepare(place: Place) -> None:
        place.limits = limits

    return prepare


def _mounts(mounts: str) -> Callable[[Place], None]:
    def prepare(place: Place) -> None:
        place.mounts = mounts

    return prepare


def _tmp(options: str, *others: str) -> Callable[[Place], None]:
    """TMPDIR and other folders on small file systems with these mount options."""

    def prepare(place: Place) -> None:
        folders = [shlex.quote(str(place.variables["TMPDIR"])), *others]
        mode = f"mode=1777,{options}"
        place.mounts = "\n".join(f"mount -t tmpfs -o {mode} tmpfs {folder}" for folder in folders)

    return prepare


def _full_volume(place: Place) -> None:
    place.volume = place.path("volume")
    there = shlex.quote(str(place.volume))
    place.mounts = (
        f"mount -t tmpfs -o mode=1777,size=8m tmpfs {there}\n"
        f"dd if=/dev/zero of={there}/filler bs=1M 2>/dev/null || true"
    )


def _group(controller: str, file: str, value: int) -> Callable[[Place], None]:
    """A control group of version 1 with one limit, which the command enters."""

    def prepare(place: Place) -> None:
        group = f"/sys/fs/cgroup/{controller}/{place.folder.name}"
        place.mounts = (
            f"mkdir {group}\necho {value} > {group}/{file}\necho $$ > {group}/cgroup.procs"
        )

    return prepare


def _all_noexec(place: Place) -> None:
    tmp, home = place.variables["TMPDIR"], place.variables["HOME"]
    place.volume = place.path("volume")
    folders = [str(tmp), str(home), str(place.volume), "/var/tmp", "/dev/shm"]
    checkout = shlex.quote(str(place.checkout))  # it may lie in /tmp itself
    place.mounts = (
        "\n".join(
            f"mount -t tmpfs -o mode=1777,noexec tmpfs {shlex.quote(folder)}" for folder in folders
        )
        + "\nmount --bind /tmp /tmp\nmount -o remount,bind,noexec /tmp"
        + f"\nmount --bind {checkout} {checkout}\nmount -o remount,bind,exec {checkout}"
    )


def _symlinked(place: Place) -> None:
    link = place.folder / "link to it"
    link.symlink_to(place.checkout)
    place.checkout = link


def _read_only(place: Place) -> None:
    there = shlex.quote(str(place.checkout))
    place.mounts = f"mount --bind {there} {there}\nmount -o remount,bind,ro {there}"


def _own_libraries(place: Place) -> None:
    """A libpython and a libstdc++ of somebody else's, which are no libraries at all."""
    folder = place.path("their libs")
    for name in ("libfoo.so.1", "notes.txt"):
        (folder / name).write_text("not a library")
    place.variables["LD_LIBRARY_PATH"] = f"{folder}::relative:/nonexistent"


def _bash_env(place: Place) -> None:
    script = place.path("rc") / "bashrc"
    script.write_text("echo hello from bashrc; cd /; set -u; alias source=false\n")
    place.variables |= {
        "BASH_ENV": str(script), "ENV": str(script), "SHELLOPTS": "nounset", "CDPATH": "/:/usr",
        "BASH_FUNC_source%%": "() { echo no; return 1; }",
    }  # fmt: skip


ROWS = [
    Row("an ordinary place", lambda place: None),
    *(Row(f"volume, HOME and TMPDIR: {what}", _paths(name)) for what, name in NAMES.items()),
    Row("TMPDIR noexec", _tmp("noexec")),
    Row("TMPDIR, /tmp, /var/tmp, /dev/shm, HOME, volume noexec", _all_noexec, "NO_STATE_FOLDER",
        is_quick=True),
    Row("TMPDIR of 1 MB", _tmp("size=1m")),
    Row("TMPDIR missing", _variables(TMPDIR="/nonexistent/tmp")),
    Row("/dev/shm of 64 MB", _mounts("mount -t tmpfs -o mode=1777,size=64m tmpfs /dev/shm"),
        warns="SHM_SMALL"),
    Row("/dev/shm of 1 MB", _mounts("mount -t tmpfs -o mode=1777,size=1m tmpfs /dev/shm"),
        "SHM_TOO_SMALL", is_quick=True),
    Row("LANG=C", _variables(LANG="C", LC_ALL="C")),
    Row("a locale that is not installed", _variables(LC_ALL="xx_YY.ISO-8859-7")),
    Row("stdout in ASCII", _variables(PYTHONIOENCODING="ascii:strict")),
    Row("no HOME, no LANG", _without("HOME", "LANG")),
    Row("2 GB of memory", _group("memory", "memory.limit_in_bytes", 2 * 10**9),
        "MEMORY_TOO_SMALL"),
    Row("1 GB of memory", _group("memory", "memory.limit_in_bytes", 10**9), "MEMORY_TOO_SMALL",
        is_quick=True),
    Row("64 open files", _limits("ulimit -n 64"), "OPEN_FILES_FEW", is_quick=True),
    Row("64 open files, more allowed", _limits("ulimit -Sn 64")),
    Row("2 GB of address space", _limits("ulimit -v 2000000"), "ADDRESS_SPACE_SMALL",
        is_quick=True),
    Row("6 GB of address space", _limits("ulimit -v 6000000"), "ADDRESS_SPACE_SMALL"),
    Row("40 processes", _group("pids", "pids.max", 40), "PROCESSES_FEW"),
    Row("one core", _limits("taskset -pc 0 $$ >/dev/null")),
    Row("umask 077", _limits("umask 077")),
    Row("a full volume", _full_volume, "VOLUME_FULL", is_quick=True),
    Row("a symlinked checkout", _symlinked),
    Row("a read-only checkout", _read_only),
    Row("PYTHONHOME and PYTHONPATH of others", _variables(
        PYTHONHOME="/opt/theirs", PYTHONPATH="/opt/theirs:/nonexistent", PYTHONSTARTUP="/x")),
    Row("LD_PRELOAD that is not there", _variables(LD_PRELOAD="/opt/theirs/libx.so")),
    Row("LD_LIBRARY_PATH of others", _own_libraries),
    Row("BASH_ENV and functions of others", _bash_env),
    Row("other virtual environments' variables", _variables(
        VIRTUAL_ENV="/opt/venv", CONDA_PREFIX="/opt/conda", UV_PROJECT_ENVIRONMENT="/opt/venv")),
]  # fmt: skip
