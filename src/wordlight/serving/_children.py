"""Processes that end with us, however we end."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

_BOUND = Path(__file__).with_name("_bound.py")


def bound_to_us(command: Sequence[str]) -> list[str]:
    """The command, changed so that its process ends when ours does, even by SIGKILL."""
    return [sys.executable, "-I", str(_BOUND), str(os.getpid()), *command]
