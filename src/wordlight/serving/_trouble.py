"""What is wrong with a server that served: the process that broke, how, and why."""

from __future__ import annotations

from dataclasses import dataclass

from wordlight.condition import TRITON, Breakdown
from wordlight.errors import ServerFailed


@dataclass(frozen=True, slots=True)
class Trouble:
    """One process of a server, and what is wrong with it.

    Args:
        why: The reason in one sentence.
        todo: What to do about it.
        how: How it broke.
        process: A model's name, or ``tritonserver`` or ``front``.
    """

    why: str
    todo: str
    how: Breakdown
    process: str = TRITON

    def problem(self) -> ServerFailed:
        """The trouble as one of our problems."""
        return ServerFailed(self.why, self.todo)
