"""Checkouts to call `./run` in for real: this one's files in another place, with nothing set up."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
REFUSED_WITHIN_S = 20.0
ENDS_WITHIN_S = 300.0
Variables = Mapping[str, "str | bytes | None"]


@dataclass(frozen=True)
class Outcome:
    """How one call of `./run` went."""

    status: int
    out: str
    said: str
    took_s: float

    @property
    def line(self) -> str:
        """The only line that was said, but for those that tell how long something takes."""
        lines = [line for line in self.said.splitlines() if not line.startswith("  ")]
        assert len(lines) == 1, self.said
        return lines[0]

    def is_refused(self, *words: str) -> bool:
        """Whether the call was refused in time, in one line with these words and a remedy."""
        assert self.status == 1, (self.status, self.said)
        assert self.took_s < REFUSED_WITHIN_S
        assert self.line.startswith("./run: ")
        assert "; " in self.line
        return all(word in self.line for word in words)


@dataclass(frozen=True)
class Clone:
    """A checkout of its own."""

    folder: Path

    @cached_property
    def environment(self) -> Path:
        """Where it is set up."""
        return self.folder / ".venv"

    def start(
        self, *words: str, variables: Variables | None = None, before: Sequence[str] = ()
    ) -> subprocess.Popen[bytes]:
        """A call of `./run`, begun in a session of its own."""
        return subprocess.Popen(
            [*before, "./run", *words], cwd=self.folder, env=changed(variables or {}),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip

    def run(
        self, *words: str, variables: Variables | None = None, before: Sequence[str] = ()
    ) -> Outcome:
        """A call of `./run`, from start to end."""
        started_s = time.monotonic()
        return ended(self.start(*words, variables=variables, before=before), started_s)

    def processes(self) -> list[str]:
        """The command lines of all processes that have to do with it."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                works_here = os.fsencode((process / "cwd").readlink()) == os.fsencode(self.folder)
            except OSError:
                continue
            if works_here or os.fsencode(self.folder) + b"/" in line:
                found.append(line.decode(errors="replace"))
        return found

    def broken_packages(self) -> list[str]:
        """Packages of which a file is missing or has another size than the record says."""
        packages = next(self.environment.glob("lib/python3.*/site-packages"))
        broken = []
        for record in packages.glob("*.dist-info/RECORD"):
            for row in record.read_text(encoding="utf-8").splitlines():
                path, _, size = row.rpartition(",")
                name = path.rpartition(",")[0].strip('"')
                if size and (
                    not (packages / name).is_file() or _size(packages / name) != int(size)
                ):
                    broken.append(f"{record.parent.name}: {name}")
                    break
        return broken


def make_clone(folder: Path) -> Clone:
    """A clone of this checkout with what is not committed yet; uv is there, nothing is set up."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT, capture_output=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, map(os.fsdecode, listed.split(b"\0"))):
        if (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, folder / name)
    for binary in CHECKOUT.glob(".wordlight/bin/uv-*"):
        (folder / ".wordlight/bin").mkdir(parents=True, exist_ok=True)
        shutil.copy2(binary, folder / ".wordlight/bin")
    return Clone(folder)


def changed(variables: Variables) -> dict[str, str | bytes]:
    """Our environment with other variables; ``None`` takes one away."""
    merged: dict[str, str | bytes | None] = {**os.environ, **variables}
    return {name: value for name, value in merged.items() if value is not None}


def ended(process: subprocess.Popen[bytes], started_s: float) -> Outcome:
    """The end of a call; what is left of it after a while is killed."""
    try:
        out, said = process.communicate(timeout=ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    took_s = time.monotonic() - started_s
    return Outcome(process.returncode, out.decode(), said.decode(errors="replace"), took_s)


def _size(path: Path) -> int:
    return path.stat().st_size
