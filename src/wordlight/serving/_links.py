"""Plain paths for what Triton and its stubs read, wherever it lies.

A checkout may lie under "my projects/wörk". Triton then gets a link in the server's own state
folder instead of that path. A path that is plain already is passed on unchanged.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wordlight.serving._state import is_plain

ACTIVATE = "bin/activate"
"""Triton asks for this script in an environment and, up to 25.07, runs it."""
FOLDER_VARIABLES = ("HOME", "TMPDIR", "NUMBA_CACHE_DIR", "WORDLIGHT_MANIFESTS")
LIST_VARIABLES = ("LD_LIBRARY_PATH",)
_HOME = re.compile(r"^home\s*=\s*(.+?)\s*$", re.MULTILINE)
_SYSTEM = re.compile(r"^include-system-site-packages\s*=\s*true\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Links:
    """Links in a folder whose own path is plain. A target gets the same link at every start."""

    folder: Path

    def plain(self, path: Path) -> Path:
        """The path itself if it is plain, else a link to it."""
        path = path.absolute()
        if is_plain(path):
            return path
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
        return _link(self.folder / name, path)

    def environment(self, environment: Path, python: str) -> Path:
        """The environment itself if every path that a stub reads is plain; else a copy of links.

        Triton resolves a link to an environment before it uses it, so one link is not enough: the
        copy is a real folder that holds links. ``python`` is the version, like ``3.11``.
        """
        packages = Path(f"lib/python{python}/site-packages")
        home = _home(environment)
        if is_plain(environment) and is_plain(home) and _is_ascii(environment / packages):
            return environment
        made = self.folder / "environment"
        for folder in (packages, Path("bin")):
            (made / folder).mkdir(parents=True, exist_ok=True)
        self._mirror(environment, made, but=("bin", "lib", "lib64", "pyvenv.cfg"))
        self._mirror(environment / "bin", made / "bin", but=("activate",))
        self._mirror(environment / "lib", made / "lib", but=(packages.parts[1],))
        library = packages.parent
        self._mirror(environment / library, made / library, but=("site-packages",))
        self._mirror_packages(environment / packages, made / packages)
        (made / ACTIVATE).write_text("# Nothing to set: the server's environment is complete.\n")
        settings = _settings(environment)
        system = "true" if _SYSTEM.search(settings) else "false"
        (made / "pyvenv.cfg").write_text(
            f"home = {self.plain(home.parent) / home.name}\n"
            f"include-system-site-packages = {system}\n"
        )
        return made

    def variables(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The variables, with plain paths in those that the stubs read as folders."""
        plain = dict(variables)
        for name in FOLDER_VARIABLES:
            if plain.get(name):
                plain[name] = str(self.plain(Path(plain[name])))
        for name in LIST_VARIABLES:
            folders = (part for part in plain.get(name, "").split(os.pathsep))
            # An empty part would stand for the folder that a process is in.
            plain[name] = os.pathsep.join(str(self.plain(Path(part))) for part in folders if part)
        return plain

    def _mirror(self, source: Path, target: Path, but: tuple[str, ...]) -> None:
        if source.is_dir():
            for entry in source.iterdir():
                if entry.name not in but:
                    _link(target / entry.name, entry)

    def _mirror_packages(self, source: Path, target: Path) -> None:
        """Links the packages, but rewrites ``.pth`` files, which Python reads in its own locale."""
        for entry in source.iterdir():
            if entry.suffix != ".pth":
                _link(target / entry.name, entry)
                continue
            lines = (self._pth_line(line, source) for line in _lines(entry))
            (target / entry.name).write_text("".join(f"{line}\n" for line in lines if line))

    def _pth_line(self, line: str, packages: Path) -> str:
        """A line of a ``.pth`` file in ASCII; empty if ASCII cannot hold it."""
        if line.startswith(("import ", "import\t")):
            return line if line.isascii() else ""
        if not line.strip() or line.startswith("#"):
            return ""
        return str(self.plain(Path(os.path.normpath(packages / line.rstrip()))))


def _link(link: Path, target: Path) -> Path:
    if link.is_symlink() and link.readlink() != target:
        link.unlink()
    if not link.is_symlink():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
    return link


def _lines(pth: Path) -> list[str]:
    """The file's lines as Python splits them; their bytes may be in any encoding, as in paths."""
    return re.split(r"\r\n|\r|\n", os.fsdecode(pth.read_bytes()))


def _settings(environment: Path) -> str:
    file = environment / "pyvenv.cfg"
    return os.fsdecode(file.read_bytes()) if file.is_file() else ""


def _home(environment: Path) -> Path:
    """The folder of the interpreter that an environment was made with.

    An environment that states none has an interpreter of its own.
    """
    stated = _HOME.search(_settings(environment))
    return Path(stated[1]) if stated else environment / "bin"


def _is_ascii(packages: Path) -> bool:
    return all(entry.read_bytes().isascii() for entry in packages.glob("*.pth"))
