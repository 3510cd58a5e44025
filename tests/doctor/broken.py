"""Control groups and environments that the doctor's tests break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from wordlight.doctor import Finding
from wordlight.serving import PYTHON

Within = Callable[..., Finding]
OnPath = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class MadeGroup:
    """A control group of version 1."""

    folder: Path

    @property
    def enter(self) -> str:
        """A line of shell with which a process joins it."""
        return f"echo $$ > {self.folder}/cgroup.procs"

    def inner(self, name: str, **limits: int) -> MadeGroup:
        """A group inside it, with limits by the names of their files."""
        folder = self.folder / name
        folder.mkdir()
        for file, number in limits.items():
            (folder / file).write_text(str(number))
        return MadeGroup(folder)


class Group(Protocol):
    """Makes a control group: ``group(controller, **limits)``."""

    def __call__(self, controller: str, **limits: int) -> MadeGroup: ...


class Environment:
    """A real virtual environment, into which a test puts what it likes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.packages = folder / f"lib/python{PYTHON}/site-packages"

    def install(self, name: str, version: str, code: str = "") -> Path:
        """A package's folder, with the version that its metadata states."""
        package = self.packages / name
        package.mkdir()
        (package / "__init__.py").write_text(code)
        state_version(self.packages, name, version)
        return package

    def install_torch(self, version: str = "2.8.0", cuda: str | None = "12.8") -> None:
        """Installs a stand-in for torch that answers the doctor's questions, without the 2 GB."""
        code = (
            f"class version: cuda = {cuda!r}\nclass _C: _GLIBCXX_USE_CXX11_ABI = True\n"
            f"__version__ = {version!r}\n"
        )
        self.install("torch", version, code)


def state_version(folder: Path, name: str, version: str) -> None:
    facts = folder / f"{name}-{version}.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
