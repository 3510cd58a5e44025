"""The environment in ``.venv``: checks that it is complete and up to date, and mends it.

`uv sync` regards a package as installed as soon as its metadata is there. If it is killed while it
links a package's files, later runs never repair that package. So this module compares the files
with the packages' records.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

STAMP = "wordlight-set-up.json"
"""The stamp: a file that is there while the environment is complete, and states its inputs."""
PROGRAM_BYTES = 8192
"""Bytes of a program to read: more than its first lines, which name its Python, ever take."""


@dataclass(frozen=True)
class Environment:
    """The checkout's environment."""

    checkout: Path

    @property
    def folder(self) -> Path:
        """The environment's folder."""
        return self.checkout / ".venv"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.folder / "bin/python"

    @property
    def packages(self) -> Path:
        """The environment's site-packages."""
        return next(self.folder.glob("lib/python3.*/site-packages"), self.folder / "lib")

    def is_in_sync(self) -> bool:
        """Whether the stamp shows an environment made here from this lock.

        It asks neither uv nor the network.
        """
        try:
            stamp = (self.folder / STAMP).read_text(encoding="utf-8")
        except OSError:
            return False
        return stamp == self._description() and os.access(self.python, os.X_OK)

    def is_one_here(self) -> bool:
        """Whether the folder holds an environment that works in this place.

        An environment may stop working when its checkout is moved.
        """
        try:
            settings = (self.folder / "pyvenv.cfg").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return False
        if not settings.endswith("\n") or "home = " not in settings:
            return False
        if not os.access(self.python, os.X_OK):
            return False
        return "relocatable = true" in settings or self._programs_find_it()

    def begin_to_change(self) -> None:
        """Removes the stamp, if this user may."""
        with suppress(OSError):
            (self.folder / STAMP).unlink(missing_ok=True)

    def finish(self) -> None:
        """Writes the stamp."""
        self._name_the_checkout_in_ascii()
        part = self.folder / f"{STAMP}.part"
        part.write_text(self._description(), encoding="utf-8")
        part.replace(self.folder / STAMP)

    def mend(self) -> list[str]:
        """The names of packages that a killed set-up left broken.

        Their metadata is removed, so that uv installs them again. A folder that holds no
        environment, or one made in another place, is emptied.
        """
        if not self.folder.is_dir():
            return []
        if not self.is_one_here():
            self.remove()
            return []
        broken = [info for info in self._infos() if not _is_whole(info)]
        for info in broken:
            shutil.rmtree(info)
        return [info.name[: -len(".dist-info")] for info in broken]

    def remove(self) -> None:
        """Empties the folder. The folder itself stays: it may be a link to another disk."""
        # Without this file no remainder passes for an environment.
        (self.folder / "pyvenv.cfg").unlink(missing_ok=True)
        for path in self.folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _name_the_checkout_in_ascii(self) -> None:
        """Makes the path from site-packages to the checkout's code relative in its `.pth` file.

        Python reads `.pth` files in the locale's encoding, even in UTF-8 mode. Under LC_ALL=C it
        does not start if a `.pth` file names a folder like "wörk".
        """
        for info in self.packages.glob("wordlight-*.dist-info"):
            for name, size in list(record(info)):
                if name.endswith(".pth"):
                    self._make_relative(self.packages / name, info / "RECORD", size)

    def _make_relative(self, pth: Path, records: Path, size: int) -> None:
        lines = pth.read_text(encoding="utf-8").splitlines()
        text = "".join(
            f"{os.path.relpath(line, self.packages)}\n" for line in lines if line[:1] == "/"
        )
        if not text or not text.isascii():
            return
        rows = records.read_text(encoding="utf-8").splitlines()
        ours = next(row for row in rows if row.startswith(f"{pth.name},"))
        renewed = f"{pth.name},,{len(text)}" if ours.endswith(f",{size}") else ours
        # Both files may be hard links into uv's cache, so they are replaced, not written in place.
        for path, content in (
            (pth, text),
            (records, "\n".join(rows).replace(ours, renewed) + "\n"),
        ):
            part = path.with_name(f".{path.name}.part")
            part.write_text(content, encoding="utf-8")
            part.replace(path)

    def _description(self) -> str:
        """The content of the stamp: what the environment is made from, and its packages."""
        inputs = hashlib.sha256()
        for part in ("uv.lock", "pyproject.toml"):
            inputs.update((self.checkout / part).read_bytes())
        packages = "\n".join(sorted(info.name for info in self._infos()))
        return json.dumps(
            {
                "checkout": os.fsencode(self.checkout).decode("utf-8", "backslashreplace"),
                "inputs": inputs.hexdigest(),
                "packages": hashlib.sha256(packages.encode()).hexdigest(),
                "python": os.path.realpath(self.python),
            }
        )

    def _infos(self) -> list[Path]:
        return sorted(self.packages.glob("*.dist-info"))

    def _programs_find_it(self) -> bool:
        try:
            with (self.folder / "bin/wordlight").open("rb") as program:
                return os.fsencode(self.python) in program.read(PROGRAM_BYTES)
        except FileNotFoundError:
            return True  # no program is installed yet


def record(info: Path) -> Iterator[tuple[str, int]]:
    """The files of an installed package and their sizes, as its RECORD lists them."""
    text = (info / "RECORD").read_text(encoding="utf-8")
    for row in text.splitlines():
        path, _, size = row.rpartition(",")
        if size.isdigit():
            yield path.rpartition(",")[0].strip('"').replace('""', '"'), int(size)


def _is_whole(info: Path) -> bool:
    """Whether RECORD was written by an installer, and every file that it lists is there."""
    try:
        files = list(record(info))
        names = [name for name, _ in files]
        return f"{info.name}/INSTALLER" in names and _are_there(info.parent, files)
    except (OSError, UnicodeDecodeError):
        return False


def _are_there(packages: Path, files: Sequence[tuple[str, int]]) -> bool:
    return all((packages / name).stat().st_size == size for name, size in files)
