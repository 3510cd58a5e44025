"""Environments and whole Pythons in folders with odd names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
PACKAGES = f"lib/python{PYTHON}/site-packages"
ODD = {
    "a blank": "my projects",
    "a quote": "it's",
    "a double quote": 'so "called"',
    "a dollar": "$HOME",
    "an end of line": "a\nb",
    "a colon": "C:",
    "a semicolon": "a; rm x",
    "letters outside ASCII": "wörk",
    "other letters": "работа",
    "letters from right to left": "עבודה",
    "a sign that shows nothing": "a\u200fb",
    "bytes that are no UTF-8": os.fsdecode(b"w\xf6rk"),
    "a line separator": "a\u2028b",
}
odd = pytest.mark.parametrize("name", ODD.values(), ids=ODD.keys())


def environment(folder: Path, *, name: str = "venv", system: bool = False) -> Path:
    """A real virtual environment with a package of its own, made elsewhere and moved there.

    ``venv`` itself refuses a path with a colon; other programs that make environments do not.
    """
    made = folder.parent / "made"
    venv.create(made, with_pip=False, symlinks=True, system_site_packages=system)
    (made / PACKAGES / "inside.py").write_text("PLACE = 'inside'\n", encoding="utf-8")
    folder.mkdir(exist_ok=True)
    return made.rename(folder / name)


def package(folder: Path) -> Path:
    """A folder with a package, for a ``.pth`` file to name."""
    folder.mkdir(parents=True)
    (folder / "outside.py").write_text("PLACE = 'outside'\n", encoding="utf-8")
    return folder


def name_in_pth(environment: Path, folder: Path) -> None:
    (environment / PACKAGES / "outside.pth").write_bytes(os.fsencode(folder) + b"\n")


def say_as_the_stub(environment: Path, code: str) -> str:
    """What Python says in that environment, with paths in ASCII and nothing of ours around it."""
    done = subprocess.run(
        [environment / "bin/python", "-I", "-X", "utf8=0", "-c", code],
        env={"LC_ALL": "C"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def whole_python(folder: Path) -> Path:
    """A Python that is no virtual environment: the parts of ours that it needs, in that folder."""
    base = Path(sys.base_prefix)
    library = Path(f"lib/python{PYTHON}")
    (folder / "bin").mkdir(parents=True)
    shutil.copy2(Path(sys.executable).resolve(), folder / f"bin/python{PYTHON}")
    (folder / "bin/python").symlink_to(f"python{PYTHON}")
    (folder / library).mkdir(parents=True)
    for entry in (base / library).iterdir():
        if entry.name != "site-packages":
            (folder / library / entry.name).symlink_to(entry)
    for entry in (base / "lib").glob("libpython*"):
        (folder / "lib" / entry.name).symlink_to(entry)
    return folder
