"""Processes that end with us, however we end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_BOUND = Path(__file__).with_name("_bound.py")
_GUARD = Path(__file__).with_name("_guard.py")
ENDS_WITHIN_S = 5.0


def bound_to_us(command: Sequence[str]) -> list[str]:
    """The command, changed so that its process is asked to end when ours does, even by SIGKILL."""
    return [sys.executable, "-I", str(_BOUND), str(os.getpid()), *command]


@dataclass(slots=True)
class Guard:
    """A process that kills process groups if we end before them.

    A process that is bound to us is asked to end. A tritonserver then waits for its requests, for
    up to 30 s, and a stub that is stopped stays for good. The guard leaves neither.
    """

    _process: subprocess.Popen[str] | None = field(default=None, init=False)

    def watch(self, group: int) -> None:
        """Kills that process group when we end, unless ``release`` comes first."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_GUARD)],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, bufsize=1,
                start_new_session=True,  # Ctrl-C is not for it
            )  # fmt: skip
        self._tell(f"+{group}")

    def release(self, group: int) -> None:
        """Forgets a group that has ended."""
        self._tell(f"-{group}")

    def end(self) -> None:
        """Ends the guard. Groups that were not released are killed."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=ENDS_WITHIN_S)
            process.kill()  # without effect if it has ended
            process.wait()

    def _tell(self, change: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):  # somebody has killed it
                self._process.stdin.write(f"{change}\n")
