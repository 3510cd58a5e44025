"""Finds or fetches uv, and runs it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import uv as pinned  # build/uv.py
from children import Ended, run
from disk import used_bytes
from index import explained, is_known
from refusals import Refused, shown_gib

OLDEST = (0, 9)
"""The oldest version of uv that was tried with this lock."""
CHECKED_WITHIN_S = 10.0
PYTHON = "3.12"
"""The Python that uv fetches if this machine has no usable one."""
NOT_IN_CACHE = "Network connectivity is disabled"
FOR_FETCHING_PYTHON = {"UV_HTTP_CONNECT_TIMEOUT": "6", "UV_HTTP_RETRIES": "1"}


@dataclass(frozen=True)
class Uv:
    """A uv that works, the environment variables it runs with, and its cache."""

    binary: Path
    variables: Mapping[str, str]
    cache: Path

    def python(self, lacking: str) -> Path:
        """Fetches a Python of 30 MB with uv; ``lacking`` says what the Pythons here lack.

        Raises:
            Refused: Python cannot be fetched.
        """
        fetched = run(
            [str(self.binary), "python", "install", "--no-bin", "--no-progress", PYTHON],
            {**self.variables, **FOR_FETCHING_PYTHON},
            lambda s: f"fetching Python {PYTHON}: {s:.0f} s",
        )
        found = run(
            [
                str(self.binary),
                "python",
                "find",
                "--managed-python",
                "--no-project",
                "--offline",
                PYTHON,
            ],
            self.variables,
            lambda s: f"looking for Python: {s:.0f} s",
        )
        if fetched.status or found.status:
            reason = explained(fetched.said or found.said, "GitHub", self.variables).cause
            raise Refused(
                f"Python 3.11 or 3.12 with its shared library is needed: {lacking}, and uv cannot "
                f"fetch one, for {reason}",
                "install it (Debian 12: apt-get install python3.11 libpython3.11; Ubuntu 24.04: "
                "libpython3.12t64), or let uv reach GitHub",
            )
        return Path(found.said.splitlines()[-1])

    def make_environment(self, folder: Path, python: Path) -> None:
        """Makes an empty environment that can be moved later."""
        command = ["venv", "--quiet", "--no-project", "--relocatable", "--prompt", "wordlight"]
        ended = run(
            [str(self.binary), *command, "--allow-existing", "--python", str(python), str(folder)],
            self.variables,
            lambda s: f"making an environment: {s:.0f} s",
        )
        if ended.status:
            raise self.refusal(ended)

    def sync(self, python: Path, is_offline: bool) -> Ended:
        """Installs the locked environment, and returns how uv ended."""
        command = ["sync", "--frozen", "--all-extras", "--quiet", "--python", str(python)]
        before = used_bytes(self.cache)

        def progress(seconds: float) -> str:
            more = shown_gib(max(0, used_bytes(self.cache) - before))
            return f"installing the locked environment: {seconds:.0f} s, {more} so far"

        offline = ["--offline"] if is_offline else []
        return run([str(self.binary), *command, *offline], self.variables, progress)

    def refusal(self, ended: Ended) -> Refused:
        """The refusal that explains why uv failed. Unknown output is also printed as it is."""
        if not is_known(ended.said):
            print(ended.said, file=sys.stderr)
        return explained(ended.said, "the package index", self.variables)

    def sweep(self) -> None:
        """Removes what killed runs of uv left in the cache, unless a uv is at work.

        uv unpacks into ``.tmp…`` folders in its cache and renames each one when it is complete. It
        never removes an incomplete one; together they can take gigabytes.
        """
        try:
            with (self.cache / ".lock").open("rb+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for folder in (self.cache, *self.cache.glob("builds-v*")):
                    for left in folder.glob(".tmp*"):
                        shutil.rmtree(left, ignore_errors=True)
        except OSError:
            return


def find_uv(folder: Path, variables: Mapping[str, str], cache: Path) -> Uv:
    """The uv that `./run` fetched before, else the uv on PATH, else a uv that is fetched now.

    Raises:
        Refused: uv cannot be fetched.
    """
    ours = pinned.path_in(folder)
    if ours.is_file() and not _works(ours, variables):
        ours.unlink()
    if not ours.is_file():
        on_path = shutil.which("uv", path=variables.get("PATH"))
        if on_path and _works(Path(on_path), variables):
            return Uv(Path(on_path).absolute(), variables, cache)
        _fetch(ours, variables)
    return Uv(ours, variables, cache)


def _fetch(binary: Path, variables: Mapping[str, str]) -> None:
    program = [sys.executable, "-E", "-s", pinned.__file__, str(binary.parent)]
    ended = run(program, variables, lambda s: f"fetching uv: {s:.0f} s")
    if ended.status:
        raise explained(ended.said, "PyPI", variables)
    if not _works(binary, variables):
        raise Refused(f"{binary} was fetched and does not run", "is this disk mounted noexec?")


def _works(binary: Path, variables: Mapping[str, str]) -> bool:
    """Whether this uv runs and is new enough."""
    try:
        said = subprocess.run(
            [str(binary), "--version"],
            env=dict(variables),
            timeout=CHECKED_WITHIN_S,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.SubprocessError):
        return False
    version = re.match(r"uv (\d+)\.(\d+)", said)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST


def is_told_offline(variables: Mapping[str, str]) -> bool:
    """Whether the caller has told uv to stay offline."""
    return os.environ.get("UV_OFFLINE", variables.get("UV_OFFLINE", "")).lower() in ("1", "true")
