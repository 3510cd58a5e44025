"""What a check answers: a finding; and the words in which something is wrong: a complaint."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wordlight.errors import WordlightError


class State(StrEnum):
    """How it stands with one thing. Only an error keeps a server from starting."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an examination.

    ``remedy`` and ``code`` are there for every warning and error; ``code`` never changes and is a
    heading of docs/troubleshooting.md.
    """

    name: str
    state: State
    seen: str
    remedy: str = ""
    code: str = ""

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, as ``serve`` says it."""
        return f"{self.seen}; {self.remedy}" if self.remedy else self.seen


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that can be wrong.

    ``seen`` and ``remedy`` are templates of ``str.format``; ``means`` is for the documentation.
    """

    code: str
    state: State
    seen: str
    means: str
    remedy: str

    def found(self, name: str, state: State | None = None, /, **facts: object) -> Finding:
        """The finding with these facts; ``state`` where it weighs more or less than usual here."""
        seen, remedy = self.seen.format(**facts), self.remedy.format(**facts)
        return Finding(name, state or self.state, seen, remedy, self.code)

    def told(self, name: str, error: WordlightError, state: State | None = None) -> Finding:
        """The finding in the error's own words: what is wrong, semicolon, what to do."""
        seen, _, remedy = str(error).partition("; ")
        return Finding(name, state or self.state, seen, remedy, self.code)


@dataclass(frozen=True, slots=True)
class Section:
    """Findings that belong together."""

    title: str
    findings: tuple[Finding, ...]


def fine(name: str, seen: str) -> Finding:
    """A finding that nothing is wrong."""
    return Finding(name, State.OK, seen)


def absent(name: str, seen: str) -> Finding:
    """A finding that something is not there and need not be."""
    return Finding(name, State.ABSENT, seen)
