"""``python -I _bound.py PARENT COMMAND …``: becomes COMMAND, which gets SIGTERM when PARENT dies.

A server that outlived its supervisor would hold ports, memory and a GPU. This module needs nothing
but Python.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""Source: include/uapi/linux/prctl.h. The setting survives execve."""
IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
"""Python ignores these signals, and a program that replaces it would inherit that."""


NOT_RUNNABLE, NOT_FOUND = 126, 127
"""The exit statuses that shells give for such commands."""


def main() -> None:
    """Binds this process to its parent and replaces it with the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # the parent died before we were bound to it
        sys.exit(128 + signal.SIGTERM)
    for number in IGNORED_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        print(f"{command[0]} cannot be run: {error.strerror}", file=sys.stderr)
        sys.exit(NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_RUNNABLE)


if __name__ == "__main__":
    main()
