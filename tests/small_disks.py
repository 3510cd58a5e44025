"""Small file systems for the tests that ask for them: with room, full, or read-only."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


def fill(film: Path) -> None:
    """Fills the rest of a file system."""
    for size in (65536, 1):
        try:
            with film.open("ab", buffering=0) as stream:
                while True:
                    stream.write(b"x" * size)
        except OSError:
            continue


@pytest.fixture
def small_volume(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB."""
    at = tmp_path / "small"
    at.mkdir()
    options = f"size=8m,uid={os.geteuid()}"
    mounted = _as_root("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(at))
    if mounted.returncode:
        pytest.skip(f"a small tmpfs cannot be mounted here: {mounted.stderr.decode()}")
    yield at
    _as_root("umount", "-l", str(at)).check_returncode()


@pytest.fixture
def full_volume(small_volume: Path) -> Path:
    """The small file system without a free byte; its ``film`` takes all of it."""
    fill(small_volume / "film")
    return small_volume


@pytest.fixture
def closed_volume(small_volume: Path) -> Path:
    """The small file system, mounted read-only with a ``film`` on it."""
    (small_volume / "film").touch()
    _as_root("mount", "-o", "remount,ro", str(small_volume)).check_returncode()
    return small_volume


def _as_root(*command: str) -> subprocess.CompletedProcess[bytes]:
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    return subprocess.run([*sudo, *command], capture_output=True, check=False)
