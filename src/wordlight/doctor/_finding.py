"""The result of a check: a finding that is fine, absent, or a problem of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wordlight.errors import WordlightError


class State(StrEnum):
    """The state of one thing that was checked. Only an error keeps a server from starting."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an examination.

    Every warning and error has a ``remedy`` and a ``code``. A code never changes, and is a heading
    of docs/troubleshooting.md.
    """

    name: str
    state: State
    seen: str
    remedy: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Findings that belong together."""

    title: str
    findings: tuple[Finding, ...]


def wrong(name: str, problem: WordlightError, state: State | None = None) -> Finding:
    """The finding of a problem; ``state`` replaces the usual severity of the problem."""
    weight = state or State(problem.severity.value)
    return Finding(name, weight, str(problem), problem.remedy, problem.code)


def fine(name: str, seen: str) -> Finding:
    """A finding that nothing is wrong."""
    return Finding(name, State.OK, seen)


def absent(name: str, seen: str) -> Finding:
    """A finding that something is not there and need not be."""
    return Finding(name, State.ABSENT, seen)
