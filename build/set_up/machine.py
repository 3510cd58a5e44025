"""Checks of the machine and the checkout before anything is installed."""

from __future__ import annotations

import os
import platform
import pwd
from pathlib import Path

from refusals import Refused

OLDEST_GLIBC = (2, 35)
"""The glibc that the tritonserver in nvidia-pytriton 0.7.0 needs."""
UNBEARABLE = {"\n": "a newline", "\r": "a carriage return", "\t": "a tab"}
"""Characters that break a Python environment if its path has them; each was tried."""


def check_machine() -> None:
    """Refuses every machine but a Linux x86-64 with a glibc that is new enough.

    Raises:
        Refused: This machine is another one.
    """
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Refused(
            f"Wordlight runs on Linux x86-64 and this is {platform.system()} {platform.machine()}",
            "its Triton server comes for nothing else: take another machine",
        )
    wanted = "take Debian 12, Ubuntu 22.04 or newer, or a container of one"
    try:
        name, number = (os.confstr("CS_GNU_LIBC_VERSION") or "").split()
        version = tuple(int(part) for part in number.split(".")[:2])
    except (ValueError, OSError):
        raise Refused("this Linux has no glibc (musl, as in Alpine?)", wanted) from None
    if version < OLDEST_GLIBC:
        least = ".".join(map(str, OLDEST_GLIBC))
        raise Refused(f"this is {name} {number}; the Triton server needs {least}", wanted)


def check_path(checkout: Path) -> None:
    """Refuses a checkout whose path an environment cannot have.

    Raises:
        Refused: The path has characters that uv or Python cannot handle.
    """
    path = os.fsencode(checkout)
    remedy = "move the checkout and run again, for example: mv … ~/wordlight"
    try:
        text = path.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(f"the checkout's path {path!r} is not UTF-8", remedy) from None
    for character, name in UNBEARABLE.items():
        if character in text:
            raise Refused(f"the checkout's path {text!r} holds {name}", remedy)


def check_writable(checkout: Path, python: Path) -> None:
    """Refuses a checkout that this user cannot write; ``python`` is its environment's interpreter.

    Raises:
        Refused: The checkout is read-only, or belongs to another user.
    """
    why = "the environment has to be installed"
    if python.is_symlink() and not os.access(python, os.X_OK):
        why = f"the environment's Python {os.path.realpath(python)} cannot be reached by this user"
    packages = checkout.glob(".venv/lib/python3.*/site-packages")
    for folder in (checkout, checkout / ".wordlight", checkout / ".venv", *packages):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            raise Refused(
                f"{why} and {folder} cannot be written",
                f"copy the checkout to a place of your own, or run ./run setup as {_owner(folder)}",
            )


def _owner(folder: Path) -> str:
    number = folder.stat().st_uid
    try:
        return "one who may write there" if number == os.getuid() else pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
