"""What this machine's processor can do."""

from __future__ import annotations

from pathlib import Path


def multiplies_bfloat16() -> bool:
    """Whether the CPU has matrix units for bfloat16 (AMX), which are faster and sound the same."""
    try:
        return "amx_bf16" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
