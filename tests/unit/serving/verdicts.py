"""What every verdict has: a cause in one line, and a remedy that begins with a verb."""

from __future__ import annotations

from wordlight.errors import Cause

NOT_HEALTHY = "Internal: Stub process 'voices_0_0' is not healthy."
VERBS = {"allow", "add", "choose", "do", "end", "give", "install", "lift", "make", "mount", "read",
         "see", "set", "stop", "take"}  # fmt: skip


def begins_with_a_verb(remedy: str) -> bool:
    return remedy.split()[0].rstrip(",:") in VERBS


def assert_is(verdict: Cause | None, cause: str, remedy: str) -> None:
    assert verdict is not None
    assert cause in verdict.why
    assert remedy in verdict.todo
    assert begins_with_a_verb(verdict.todo), verdict.todo
    assert "\n" not in verdict.why
