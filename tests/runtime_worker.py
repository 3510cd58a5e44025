"""Installs a runtime in a process of its own, which may kill itself at the N-th system event.

    python runtime_worker.py VOLUME PROJECT UV KILL_AT

KILL_AT 0: never; then the number of events is printed.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wordlight.runtimes import PackageLock, Plan, Uv, install, runtime_root

EVENTS = ("os.", "open", "subprocess.", "shutil.", "tempfile.")


def main() -> None:
    volume, project, uv = (Path(argument) for argument in sys.argv[1:4])
    kill_at, n_events = int(sys.argv[4]), 0

    def count(event: str, _: object) -> None:
        nonlocal n_events
        if event.startswith(EVENTS):
            n_events += 1
            if n_events == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    plan = Plan(volume, PackageLock(project), ("engines",), ("lamp",), None)
    cache = runtime_root(volume) / ".uv-cache"
    sys.addaudithook(count)
    install(plan, Uv(uv, cache), lambda: lease(runtime_root(volume) / ".lease"), lambda _: None)
    print(n_events)


@contextmanager
def lease(path: Path) -> Iterator[None]:
    """A lease for the processes of one machine; the kernel ends it with its holder."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main()
