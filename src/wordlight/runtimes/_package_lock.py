"""``uv.lock``: which packages at which bytes a runtime is made of."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordlight.errors import NotInstalled

LOCK = "uv.lock"


@dataclass(frozen=True, slots=True)
class Lock:
    """A folder with ``uv.lock`` and the ``pyproject.toml`` that it belongs to."""

    folder: Path

    @classmethod
    def find(cls) -> Lock:
        """The lock that ships with us, or the checkout's own.

        Raises:
            SetupError: Neither is there.
        """
        package = Path(__file__).resolve().parents[1]
        for folder in (package / "_lock", package.parents[1]):
            if (folder / LOCK).is_file() and (folder / "pyproject.toml").is_file():
                return cls(folder)
        raise NotInstalled("uv.lock")

    @property
    def digest(self) -> str:
        """sha256 of ``uv.lock``, in hex."""
        return hashlib.sha256((self.folder / LOCK).read_bytes()).hexdigest()

    def wheel_bytes(self, requirements: Iterable[str], python: str) -> int:
        """Bytes to fetch for ``name==version`` requirements, on Linux x86-64.

        ``python`` is ``3.12``. Where several wheels fit, the largest counts; a package without
        one counts with its source archive, one without a stated size with nothing.
        """
        document = tomllib.loads((self.folder / LOCK).read_text(encoding="utf-8"))
        packages = {f"{p['name']}=={p.get('version')}": p for p in document["package"]}
        return sum(
            _package_bytes(packages[requirement], python)
            for requirement in requirements
            if requirement in packages
        )


def _package_bytes(package: Mapping[str, Any], python: str) -> int:
    sizes = [
        wheel.get("size", 0)
        for wheel in package.get("wheels", ())
        if _fits(wheel.get("url") or wheel.get("path", ""), python)
    ]
    return max(sizes, default=0) or int(package.get("sdist", {}).get("size", 0))


def _fits(wheel: str, python: str) -> bool:
    """Whether a wheel's name is one for CPython ``python`` on Linux x86-64 with glibc."""
    name = wheel.rsplit("/", 1)[-1].removesuffix(".whl")
    interpreters, abi, platform = name.split("-")[-3:]
    if (platform != "any" and not re.search(r"linux.*x86_64", platform)) or "musl" in platform:
        return False
    minor = int(python.split(".")[1])
    for tag in interpreters.split("."):
        generic = re.fullmatch(r"py(?:2|3|3(\d+))", tag)
        if generic and int(generic[1] or 0) <= minor:
            return True
        native = re.fullmatch(r"cp3(\d+)", tag)
        if native and (int(native[1]) == minor or (abi == "abi3" and int(native[1]) <= minor)):
            return True
    return False
