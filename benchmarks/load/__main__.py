"""``python benchmarks/load``: see `load.command`."""

# ruff: noqa: E402
from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback while the modules below are loaded

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).absolute().parents[1])

from load.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
