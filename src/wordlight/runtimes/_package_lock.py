"""``uv.lock``: the exact packages of which a runtime is made."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordlight.errors import NotInstalled
from wordlight.runtimes._wheels import fits

LOCK = "uv.lock"


@dataclass(frozen=True, slots=True)
class PackageLock:
    """A folder with a ``uv.lock`` and the ``pyproject.toml`` to which it belongs."""

    folder: Path

    @classmethod
    def find(cls) -> PackageLock:
        """The lock that ships with us, or else the checkout's own.

        Raises:
            SetupError: Neither lock is there.
        """
        package = Path(__file__).resolve().parents[1]
        for folder in (package / "_lock", package.parents[1]):
            if (folder / LOCK).is_file() and (folder / "pyproject.toml").is_file():
                return cls(folder)
        raise NotInstalled("uv.lock")

    @property
    def digest(self) -> str:
        """The sha256 of ``uv.lock``, in hexadecimal."""
        return hashlib.sha256((self.folder / LOCK).read_bytes()).hexdigest()

    def wheel_bytes(self, requirements: Iterable[str], python: str) -> int:
        """How many bytes must be fetched for ``name==version`` requirements, on this machine.

        ``python`` is a version like ``3.12``. If several wheels fit, the largest counts. A package
        without a fitting wheel counts with its source archive. A size that is not stated is 0.
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
        if fits(wheel.get("url") or wheel.get("path", ""), python)
    ]
    return max(sizes, default=0) or int(package.get("sdist", {}).get("size", 0))
