"""``python -I -S _guard.py``: kills process groups when the process that named them ends.

Standard input has a line for each change: ``+PID`` for a group that must not outlive its writer,
``-PID`` for one that has ended. At the end of the input, all that are left are killed, stopped ones
too. This module needs nothing but Python.
"""

import os
import signal
import sys
from contextlib import suppress


def main() -> None:
    """Reads groups until the writer has ended, and kills those that are left."""
    groups: set[int] = set()
    for line in sys.stdin:
        change, group = line[0], int(line[1:])
        if change == "+":
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
