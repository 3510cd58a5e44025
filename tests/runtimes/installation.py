"""One installation, and what it leaves in the runtimes' folder."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from wordlight.runtimes import Plan, Runtime, Uv, install, runtime_root


def unshared() -> AbstractContextManager[None]:
    return nullcontext()


def make(plan: Plan, uv: Uv) -> Runtime:
    runtime, is_new = install(plan, uv, unshared, lambda _: None)
    assert is_new
    return runtime


def left(plan: Plan) -> list[str]:
    """What lies in the runtimes' folder; uv's cache may stay after a failure."""
    names = {path.name for path in runtime_root(plan.volume).iterdir()}
    return sorted(names - {".uv-cache", ".lease"})
