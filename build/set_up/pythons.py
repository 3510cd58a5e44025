"""Finds a Python for the environment: one that Triton's stub can embed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

NAMES = ("python3", "python3.12", "python3.11")
ANSWERS_WITHIN_S = 15.0
SUPPORTED = ("3.11", "3.12")
QUESTION = """
import os, sys, sysconfig
version = "%d.%d" % sys.version_info[:2]
name = "libpython%s.so.1.0" % version
folders = [sysconfig.get_config_var("LIBDIR"), os.path.join(sys.base_prefix, "lib"),
           "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"]
print(version, any(os.path.isfile(os.path.join(folder, name)) for folder in folders if folder))
"""


@dataclass(frozen=True)
class Python:
    """One interpreter: its version, and whether its shared library is there."""

    path: Path
    version: str
    has_library: bool

    @property
    def is_usable(self) -> bool:
        """Whether Triton has a stub that embeds this Python."""
        return self.version in SUPPORTED and self.has_library

    def __str__(self) -> str:
        if self.version in SUPPORTED:
            return f"{self.path} lacks libpython{self.version}.so.1.0"
        return f"{self.path} is {self.version}"


def asked(path: Path, variables: Mapping[str, str]) -> Python | None:
    """The version and library that an interpreter reports, or None if it does not start."""
    try:
        answer = subprocess.run(
            [str(path), "-I", "-c", QUESTION],
            env=dict(variables),
            timeout=ANSWERS_WITHIN_S,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        version, has_library = answer.stdout.decode().split()
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Python(path, version, has_library == "True")


def found(variables: Mapping[str, str], environment: Path) -> list[Python]:
    """The interpreters of this machine, the best first, without that of ``environment``."""
    pythons = []
    seen = set()
    for path in _candidates(variables):
        if environment in path.parents or os.path.realpath(path) in seen:
            continue
        seen.add(os.path.realpath(path))
        python = asked(path, variables)
        if python is not None:
            pythons.append(python)
            if python.is_usable:
                return [python, *pythons[:-1]]
    return pythons


def _candidates(variables: Mapping[str, str]) -> Iterator[Path]:
    folders = [Path(entry).absolute() for entry in variables.get("PATH", "").split(":") if entry]
    for name in NAMES:
        for folder in (*folders, Path("/usr/bin")):
            if os.access(folder / name, os.X_OK):
                yield folder / name
    home = Path(variables.get("HOME") or "/")
    data = Path(variables.get("XDG_DATA_HOME") or home / ".local/share")
    for versions, names in (
        (Path(variables.get("PYENV_ROOT") or home / ".pyenv") / "versions", ""),
        (Path(variables.get("UV_PYTHON_INSTALL_DIR") or data / "uv/python"), "cpython-"),
    ):
        for version in reversed(SUPPORTED):
            yield from sorted(versions.glob(f"{names}{version}.*/bin/python{version}"))
