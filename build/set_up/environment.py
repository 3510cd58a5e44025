"""The environment in ``.venv``: whether it is whole and the locked one, and what mends it.

`uv sync` takes a package for installed as soon as its metadata is there. One that was killed while
it linked a package's files leaves it broken for ever: so the files are compared with the records.
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
"""Lies in the environment while it is known to be whole; says what it was made from."""
PROGRAM_BYTES = 8192
"""More than the lines with which a program finds its Python."""


@dataclass(frozen=True)
class Environment:
    """The checkout's environment."""

    checkout: Path

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.checkout / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin/python"

    @property
    def packages(self) -> Path:
        """Its site-packages."""
        return next(self.folder.glob("lib/python3.*/site-packages"), self.folder / "lib")

    def is_in_sync(self) -> bool:
        """Whether it is whole and made from this lock, here. Asks neither uv nor the network."""
        try:
            stamp = (self.folder / STAMP).read_text(encoding="utf-8")
        except OSError:
            return False
        return stamp == self._description() and os.access(self.python, os.X_OK)

    def is_one_here(self) -> bool:
        """Whether it is an environment, made for this place: a checkout may have been moved."""
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
        """Takes the stamp off, if this user may."""
        with suppress(OSError):
            (self.folder / STAMP).unlink(missing_ok=True)

    def finish(self) -> None:
        """Puts the stamp on."""
        self._name_the_checkout_in_ascii()
        part = self.folder / f"{STAMP}.part"
        part.write_text(self._description(), encoding="utf-8")
        part.replace(self.folder / STAMP)

    def mend(self) -> list[str]:
        """The names of packages that a killed set-up left broken; they are installed anew.

        An environment that is none, or was made in another place, is emptied.
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
        """Empties it; the folder may be a link to another disk, and stays."""
        (self.folder / "pyvenv.cfg").unlink(missing_ok=True)  # whatever is left, it is none
        for path in self.folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _name_the_checkout_in_ascii(self) -> None:
        """Writes how its packages' folder leads to the checkout's code as a relative path.

        Python reads `.pth` files in the locale's encoding, UTF-8 mode or not: under LC_ALL=C it
        does not even start where one names a folder like "wörk".
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
        # A hard link to uv's cache would be written through: both are files of our own first.
        for path, content in (
            (pth, text),
            (records, "\n".join(rows).replace(ours, renewed) + "\n"),
        ):
            part = path.with_name(f".{path.name}.part")
            part.write_text(content, encoding="utf-8")
            part.replace(path)

    def _description(self) -> str:
        """What it is made from, and which packages it holds."""
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
            return True  # there are none yet


def record(info: Path) -> Iterator[tuple[str, int]]:
    """The files of an installed package and their sizes, as its record has them."""
    text = (info / "RECORD").read_text(encoding="utf-8")
    for row in text.splitlines():
        path, _, size = row.rpartition(",")
        if size.isdigit():
            yield path.rpartition(",")[0].strip('"').replace('""', '"'), int(size)


def _is_whole(info: Path) -> bool:
    """Whether every file is there that the record names, and the record is uv's own, or pip's."""
    try:
        files = list(record(info))
        names = [name for name, _ in files]
        return f"{info.name}/INSTALLER" in names and _are_there(info.parent, files)
    except (OSError, UnicodeDecodeError):
        return False


def _are_there(packages: Path, files: Sequence[tuple[str, int]]) -> bool:
    return all((packages / name).stat().st_size == size for name, size in files)
