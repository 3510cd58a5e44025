"""Runtimes: environments on the volume in which the models run, and how we make and choose them."""

from wordlight.runtimes._construction import Plan, install
from wordlight.runtimes._flash_attn import gpu_capability
from wordlight.runtimes._imports import NEEDED, ImportTrial, try_imports
from wordlight.runtimes._in_use import in_use
from wordlight.runtimes._package_lock import LOCK, PackageLock
from wordlight.runtimes._runtime import (
    Runtime,
    RuntimeRecord,
    find_runtime,
    point_current,
    prune,
    runtime_root,
    runtimes,
)
from wordlight.runtimes._uv import Uv

__all__ = [
    "LOCK",
    "NEEDED",
    "ImportTrial",
    "PackageLock",
    "Plan",
    "Runtime",
    "RuntimeRecord",
    "Uv",
    "find_runtime",
    "gpu_capability",
    "in_use",
    "install",
    "point_current",
    "prune",
    "runtime_root",
    "runtimes",
    "try_imports",
]
