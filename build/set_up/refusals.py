"""The line that a person reads when something is missing: its cause and its remedy."""

from __future__ import annotations

import contextlib
import os
import sys


class Refused(Exception):
    """Why `./run` cannot go on, and what to do about it."""

    def __init__(self, cause: str, remedy: str) -> None:
        self.cause, self.remedy = cause, remedy
        super().__init__(cause, remedy)

    def __str__(self) -> str:
        line = " ".join(f"{self.cause}; {self.remedy}".split())
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def say(line: str) -> None:
    """Prints one line on standard error, bold on a terminal."""
    shown = line.encode(errors="backslashreplace").decode()
    bold, plain = ("\033[1m", "\033[0m") if os.isatty(2) else ("", "")
    with contextlib.suppress(OSError):  # fails if nobody reads standard error any more
        print(f"{bold}{shown}{plain}", file=sys.stderr, flush=True)


def shown_gib(n_bytes: float) -> str:
    """A size in the unit of ``df -h``.

    >>> shown_gib(9 * 2**30 // 2)
    '4.5 GiB'
    """
    return f"{n_bytes / 2**30:.1f} GiB"
