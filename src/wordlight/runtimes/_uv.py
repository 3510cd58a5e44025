"""uv as a child process: how it is found and run, and what its failures mean."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wordlight.errors import (
    PackageChanged,
    PackagesUnreachable,
    SetupError,
    UvFailed,
    UvMissing,
    UvUnusable,
)
from wordlight.proxies import beside_proxies

PR_SET_PDEATHSIG = 1
"""Source: prctl(2)."""
SAID_CHARACTERS = 600
ASKED_WITHIN_S = 30.0
"""How long a program may take to print its version, from a network volume too."""
NOT_OURS = ("VIRTUAL_ENV", "UV_PROJECT", "UV_EXTRA", "UV_NO_SYNC", "CONDA_PREFIX", "PYTHONPATH")
"""Variables that would point uv to an environment or project of the caller."""

_UNREACHABLE = (
    "error sending request",
    "failed to fetch",
    "network connectivity is disabled",
    "dns error",
    "timed out",
    "connection reset",
    "error decoding response body",
)
_CHANGED = (
    "hash mismatch",
    "failed to extract archive",
    "invalid zip",
    "bad crc",
    "bad uncompressed",
)
_FULL = ("no space left on device", "os error 28", "disk quota exceeded", "os error 122")
_READ_ONLY = ("read-only file system", "os error 30", "permission denied", "os error 13")


@dataclass(frozen=True, slots=True)
class Uv:
    """The program uv, and the folder of its cache."""

    binary: Path
    cache: Path

    @classmethod
    def find(cls, chosen: Path | None, cache: Path) -> Uv:
        """``chosen`` if it is given, else the uv beside this Python, else the one on PATH.

        Raises:
            UvMissing: There is no such program.
            UvUnusable: The program does not run, or it is another than uv.
        """
        beside = Path(sys.prefix) / "bin/uv"
        on_path = shutil.which("uv")
        candidates = [chosen] if chosen else [beside, *([Path(on_path)] if on_path else [])]
        for candidate in candidates:
            if candidate.is_file() and os.access(candidate, os.X_OK):
                _check_uv(candidate)
                return cls(candidate, cache)
        raise UvMissing(str(chosen) if chosen else f"{beside} and `uv` on PATH")

    def run(
        self,
        doing: str,
        arguments: Sequence[str | Path],
        *,
        environment: Mapping[str, str] | None = None,
        report: Callable[[str], None] = lambda _: None,
    ) -> str:
        """Runs ``uv *arguments``; returns what it prints. ``report`` gets its progress by lines.

        ``doing`` names the step in an error, as in "installing the locked packages".

        Raises:
            PackagesUnreachable, PackageChanged, UvFailed: uv failed; see the leaf.
            OSError: What uv wrote to is full or closed, in its own words.
        """
        lines: list[str] = []
        with tempfile.TemporaryFile() as printed:
            process = subprocess.Popen(
                [self.binary, *arguments],
                env=self._environment(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                preexec_fn=_end_with_parent,
            )
            try:
                assert process.stderr is not None
                for line in process.stderr:
                    lines.append(line.rstrip())
                    report(line.strip())
                if process.wait() != 0:
                    raise _failure(doing, lines)
            finally:
                process.kill()
                process.wait()
            printed.seek(0)
            return printed.read().decode(errors="replace")

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if key not in NOT_OURS}
        return {
            **beside_proxies(inherited),
            "UV_CACHE_DIR": str(self.cache),
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_NO_PROGRESS": "1",
            "NO_COLOR": "1",
            **more,
        }


def _check_uv(program: Path) -> None:
    """Checks that a program runs and is uv.

    Raises:
        UvUnusable: It does not, or is not.
    """
    try:
        asked = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=ASKED_WITHIN_S,
        )
    except subprocess.TimeoutExpired:
        raise UvUnusable(str(program), f"no version in {ASKED_WITHIN_S:.0f} s") from None
    except OSError as error:
        raise UvUnusable(str(program), error.strerror or str(error)) from error
    if asked.returncode != 0 or not asked.stdout.startswith("uv "):
        printed = " ".join((asked.stdout + asked.stderr).split())[:SAID_CHARACTERS] or "nothing"
        why = f"asked for its --version, it prints {printed} (status {asked.returncode})"
        raise UvUnusable(str(program), why)


def _end_with_parent() -> None:
    """Called in the child: makes the kernel end it when we are killed, so that it stops writing."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _failure(doing: str, lines: Sequence[str]) -> SetupError | OSError:
    """The error for what uv printed; only uv's words tell which error it is."""
    start = next((i for i, line in enumerate(lines) if line.startswith(("error", "  ×", "×"))), -8)
    words = "; ".join(line.strip() for line in lines[start:] if line.strip())
    words = words.partition("; hint:")[0][:SAID_CHARACTERS] or "nothing"
    lower = words.lower()
    if any(sign in lower for sign in _FULL):
        return OSError(errno.ENOSPC, words)
    if any(sign in lower for sign in _CHANGED):
        return PackageChanged(doing, words)
    if any(sign in lower for sign in _UNREACHABLE):
        return PackagesUnreachable(doing, words)
    if any(sign in lower for sign in _READ_ONLY):
        return OSError(errno.EACCES, words)
    return UvFailed(doing, words)
