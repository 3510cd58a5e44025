"""Where the stubs' Python is: on the volume, or where this process has its own."""

from __future__ import annotations

import sys
from pathlib import Path

CURRENT_RUNTIME = "runtime/current"


def environment_of_stubs(volume: Path) -> Path:
    """The virtual environment for the stubs: the volume's current runtime, else this process's."""
    current = volume / CURRENT_RUNTIME
    return current.resolve() if (current / "bin/python").exists() else Path(sys.prefix)
