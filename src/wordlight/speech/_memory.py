"""Recognises errors that mean that memory ran out, and frees memory."""

from __future__ import annotations

import sys
from typing import Any


def is_out_of_memory(error: Exception) -> bool:
    """Whether a computation failed because memory ran out, on a GPU or a CPU."""
    if isinstance(error, MemoryError):
        return True
    torch: Any = sys.modules.get("torch")
    if torch is not None and isinstance(error, torch.OutOfMemoryError):
        return True
    # torch's CPU allocator raises a RuntimeError of no class of its own
    return isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error)


def forget_spare() -> None:
    """Frees the GPU memory that torch reserves but does not use."""
    torch: Any = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
