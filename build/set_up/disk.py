"""How much room the environment needs, and how much of it is there already."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from environment import record
from refusals import Refused, shown_gib

WHOLE_BYTES = 9_150_000_000
"""Room for the environment and uv's cache, which share files on one disk: 9.08 GB were measured."""
PACKAGES_BYTES = 8_930_000_000
"""The packages' part of `WHOLE_BYTES`, as `_sizes` counts it."""
LINKS_BYTES = 40_000_000
"""Folders and programs, which no two environments share."""
WHOLE_FILES = 55_000
"""Files and folders of environment and cache: 53,700. On a disk of its own the cache has 47,800."""
BLOCK_BYTES = 4096


def check_room(
    checkout: Path, cache: Path, packages: Path, python: str | None, shares_files: bool
) -> None:
    """Refuses disks without room for what is still missing.

    ``shares_files`` means that an environment on the cache's disk needs no room of its own for
    what the cache holds.

    Raises:
        Refused: A disk has too little room.
    """
    locked = locked_packages(checkout)
    installed = _sizes([packages], locked, python)
    cached = _sizes(_archives(cache), locked, python)
    missing = _room_for_all_but({**cached, **installed})
    to_copy = _room_for_all_but(installed)
    here, there = _existing(checkout), _existing(cache)
    if here.stat().st_dev != there.stat().st_dev:
        _require(there, missing, f"uv's cache {cache}")
        _require(here, to_copy, "the environment")
    else:
        _require(here, missing if shares_files else missing + to_copy, "the environment")


def used_bytes(folder: Path) -> int:
    """The bytes that are in use on the disk that holds a folder."""
    found = os.statvfs(_existing(folder))
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def locked_packages(checkout: Path) -> set[str]:
    """Each locked package as ``name-version``, in the spelling of metadata folders."""
    text = (checkout / "uv.lock").read_text(encoding="utf-8")
    pairs = re.findall(r'^name = "([^"]+)"\nversion = "([^"]+)"', text, re.MULTILINE)
    return {f"{name.replace('-', '_')}-{version}".lower() for name, version in pairs}


def _room_for_all_but(there: Mapping[str, int]) -> int:
    """The bytes that the absent packages and their share of everything else need."""
    absent = max(0, PACKAGES_BYTES - sum(there.values()))
    return absent * WHOLE_BYTES // PACKAGES_BYTES + LINKS_BYTES


def _require(folder: Path, n_bytes: int, whose: str) -> None:
    n_files = WHOLE_FILES * n_bytes // WHOLE_BYTES
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize
    if n_bytes > free:
        raise Refused(
            f"{whose} needs {shown_gib(n_bytes)} more and {_mount_point(folder)} has "
            f"{shown_gib(free)} free",
            "make room there, or put the checkout (uv's cache: UV_CACHE_DIR) on another disk",
        )
    if found.f_files and n_files > found.f_favail:
        raise Refused(
            f"{whose} needs {n_files:,} files more and {_mount_point(folder)} has room for "
            f"{found.f_favail:,}",
            "remove files there, or put the checkout on another disk",
        )


def _archives(cache: Path) -> Iterable[Path]:
    """The unpacked wheels of uv's cache."""
    return cache.glob("archive-v*/*")


def _sizes(folders: Iterable[Path], locked: set[str], python: str | None) -> dict[str, int]:
    """Bytes of each locked package that is unpacked in one of the folders and fits this Python."""
    sizes = {}
    for folder in folders:
        for info in folder.glob("*.dist-info"):
            name = info.name[: -len(".dist-info")].lower()
            if name not in locked:
                continue
            try:
                if _fits(info, python):
                    sizes[name] = sum(
                        -(-size // BLOCK_BYTES) * BLOCK_BYTES for _, size in record(info)
                    )
            except (OSError, UnicodeDecodeError):
                continue
    return sizes


def _fits(info: Path, python: str | None) -> bool:
    """Whether a wheel is for this Python. Every CPython counts while ``python`` is unknown."""
    tags = re.findall(r"^Tag: (\S+)", (info / "WHEEL").read_text(encoding="utf-8"), re.MULTILINE)
    mine = f"cp{python.replace('.', '')}-" if python else "cp"
    return any(tag.startswith(("py", mine)) or "-abi3-" in tag for tag in tags)


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _mount_point(folder: Path) -> Path:
    folder = folder.resolve()
    while not folder.is_mount() and folder != folder.parent:
        folder = folder.parent
    return folder
