"""The raw log of a tritonserver and its stubs, read while they start."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from wordlight.logs import PRINTED, Line, LogFormat
from wordlight.serving._raw_line import HARMLESS, TABLE, unquoted

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
_LOGGED = re.compile(r"\d{4}-\d\d-\d\d[ T][\d:,.+]+ ")
"""How lines of Python's loggers begin, if whoever made them did not say otherwise."""


@dataclass(slots=True)
class ServerLog:
    """What the log shows so far: which models have begun to load, have loaded, or failed and why.

    ``words`` are the lines that a shell, the dynamic linker, an interpreter or a library wrote to
    standard error, not Triton or our own loggers. If Triton cannot listen on a port, its line that
    gives the reason comes first.

    The file may be emptied at any time, once it was long (`wordlight.serving._raw_log`).
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
            if file.seek(0, os.SEEK_END) < self.n_bytes:
                self.begins_at = self.n_bytes = 0
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
            begins_at = self.begins_at if self.begins_at <= n_bytes else 0
            file.seek(max(begins_at, n_bytes - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
        wrong = (line for line in lines if line[:1] == "E" or "rror" in line)
        faults = [line for line in wrong if not HARMLESS.search(line)] or lines
        return "\n".join(f"  {_shown(line)[:LONGEST_SHOWN]}" for line in faults[-LINES_SHOWN:])

    def _take(self, line: str) -> None:
        if (own := Line.read(line)) is not None:
            if own.logger != PRINTED:
                return
            line = own.message
        if found := _BEGUN.search(line):
            self.begun.add(found[1])
        elif found := _LOADED.search(line):
            self.loaded.add(found[1])
        elif found := _FAILED.search(line):
            self.failed[found[1]] = unquoted(f'"{found[2]}"')
        elif _NO_SERVICE.search(line):
            self.cannot_listen = True
            self.words.insert(0, line)  # this line matters more than those of libraries
        elif not (
            _TRITON.match(line) or _LOGGED.match(line) or TABLE.match(line) or HARMLESS.search(line)
        ):
            self.words[MOST_WORDS - 1 :] = [line]


def _shown(line: str) -> str:
    """The line as an operator reads it."""
    own = Line.read(line)
    return line if own is None else own.written(LogFormat.TEXT).rstrip("\n")
