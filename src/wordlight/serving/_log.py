"""The log of a tritonserver and its stubs, read while they start."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

LINES_SHOWN = 12
LONGEST_SHOWN = 400
MOST_WORDS = 1000
"""So many first lines are kept, and the last one: a library may warn without end."""
TAIL_BYTES = 2**20
_BEGUN = re.compile(r"TRITONBACKEND_ModelInstanceInitialize: (\w+)_\d+_\d+ ")
_LOADED = re.compile(r"\"successfully loaded '(\w+)'")
_FAILED = re.compile(r"\"failed to load '(\w+)' version \d+: (.*)\"$")
_NO_SERVICE = re.compile(r"failed to start \w+ service")
_TRITON = re.compile(r"[IWEF]\d{4} ")
"""How a line of Triton's own begins (glog): level, month and day."""
_OURS = re.compile(r"\d{4}-\d\d-\d\d[ T][\d:,.+]+ ")
_TABLE = re.compile(r"[+|]|\s*$|Signal \(\d+\) received")
_HARMLESS = re.compile(
    r"Failed to initialize NVML|CudaDriverHelper has not been|create stream for|DCGM unable"
)
"""What Triton logs as an error on every machine without a GPU."""


@dataclass(slots=True)
class ServerLog:
    """What the log shows so far: which models have begun to load, have loaded, or failed and why.

    ``words`` are the lines that a shell, the dynamic linker, an interpreter or a library wrote to
    standard error, not Triton or our own loggers. If Triton cannot listen on a port, its line that
    gives the reason comes first.
    """

    path: Path
    begins_at: int = 0
    begun: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    cannot_listen: bool = False
    n_bytes: int = 0
    _rest: bytes = b""

    @classmethod
    def after(cls, path: Path) -> ServerLog:
        """The log of a server that starts now; what the file holds already is an earlier one's."""
        n_bytes = path.stat().st_size if path.is_file() else 0
        return cls(path, begins_at=n_bytes, n_bytes=n_bytes)

    def read(self) -> None:
        """Reads what was written since the last call."""
        with self.path.open("rb") as file:
            file.seek(self.n_bytes)
            new = file.read()
        self.n_bytes += len(new)
        *lines, self._rest = (self._rest + new).split(b"\n")
        for line in lines:
            self._take(line.decode(errors="replace"))

    def finish(self) -> None:
        """Reads the rest of the log, even a last line without its line end."""
        self.read()
        self._take(self._rest.decode(errors="replace"))
        self._rest = b""

    def skip_to_the_tail(self) -> None:
        """Leaves out all but the last part of what was not read yet: weeks may have passed."""
        end = self.path.stat().st_size
        if end - TAIL_BYTES > self.n_bytes:
            self.n_bytes, self._rest = end - TAIL_BYTES, b""

    def tail(self) -> str:
        """The last lines that report a fault; if no line does, simply the last lines."""
        with self.path.open("rb") as file:
            n_bytes = file.seek(0, os.SEEK_END)
            file.seek(max(self.begins_at, n_bytes - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
        wrong = (line for line in lines if line[:1] == "E" or "rror" in line)
        faults = [line for line in wrong if not _HARMLESS.search(line)] or lines
        return "\n".join(f"  {line[:LONGEST_SHOWN]}" for line in faults[-LINES_SHOWN:])

    def _take(self, line: str) -> None:
        if found := _BEGUN.search(line):
            self.begun.add(found[1])
        elif found := _LOADED.search(line):
            self.loaded.add(found[1])
        elif found := _FAILED.search(line):
            self.failed[found[1]] = _unescaped(found[2])
        elif _NO_SERVICE.search(line):
            self.cannot_listen = True
            self.words.insert(0, line)  # this line matters more than those of libraries
        elif not (
            _TRITON.match(line) or _OURS.match(line) or _TABLE.match(line) or _HARMLESS.search(line)
        ):
            self.words[MOST_WORDS - 1 :] = [line]


def _unescaped(quoted: str) -> str:
    """The text that Triton quoted: Triton escapes quotes and line ends as JSON does."""
    try:
        return str(json.loads(f'"{quoted}"', strict=False))
    except ValueError:
        return quoted
