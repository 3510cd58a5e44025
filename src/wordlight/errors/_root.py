"""The root class of all problems, and what they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Self, cast, dataclass_transform

__all__ = ["Severity", "WordlightError"]


ARROW = "→"
"""The mark in front of a remedy."""


class Severity(StrEnum):
    """The severity of a problem.

    An error keeps a server from starting or a request from being answered; a warning does not.
    """

    WARNING = "warning"
    ERROR = "error"


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class WordlightError(Exception):
    """Root of the catalogue. ``str()`` is one sentence, safe to show to a client.

    A subclass is a dataclass: its annotated names are its data and the arguments of its
    constructor. ``says`` and ``advice`` are templates of ``str.format`` over that data.
    """

    code: ClassVar[str] = "ERROR"
    """Never changes: clients receive it, and it is a heading of docs/troubleshooting.md."""
    status: ClassVar[str] = "INTERNAL"
    """The status code of Triton's response."""
    severity: ClassVar[Severity] = Severity.ERROR
    says: ClassVar[str] = "something failed"
    meaning: ClassVar[str] = "An error of Wordlight that has no name of its own."
    advice: ClassVar[str] = "read the server's log, and docs/troubleshooting.md"

    def __init_subclass__(cls) -> None:
        dataclass(eq=False, repr=False)(cls)

    def __str__(self) -> str:
        told = vars(self).get("_sentence")
        return self.says.format_map(_Facts(self)) if told is None else str(told)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.args, vars(self))

    @property
    def remedy(self) -> str:
        """The advice: how to solve the problem."""
        told = vars(self).get("_remedy", "")
        return str(told or self._advised())

    @property
    def __notes__(self) -> list[str]:  # type: ignore[override]  # read by Python, written by none
        """The lines below the message in a traceback: the remedy, then added notes."""
        return [f"{ARROW} {self.remedy}", *vars(self).get("_notes", ())]

    def add_note(self, note: str, /) -> None:
        """Adds a line below the remedy in a traceback."""
        vars(self).setdefault("_notes", []).append(note)

    @property
    def told(self) -> str:
        """The message, with the remedy on the next line."""
        return f"{self}\n{ARROW} {self.remedy}"

    @property
    def wire(self) -> str:
        """The text on the wire: ``CODE: sentence`` on one line, ``→ remedy`` on the next."""
        sentence, remedy = (" ".join(text.splitlines()) for text in (str(self), self.remedy))
        return f"{self.code}: {sentence}\n{ARROW} {remedy}"

    def reworded(self, sentence: str, remedy: str) -> Self:
        """The same problem with another message."""
        problem = _again(type(self), self.args, vars(self))
        vars(problem).update(_sentence=sentence, _remedy=remedy)
        return cast("Self", problem)

    @classmethod
    def revive(cls, sentence: str, remedy: str = "") -> WordlightError:
        """The problem rebuilt from the text on the wire, without its data."""
        error = cls.__new__(cls)
        vars(error).update(_sentence=sentence, _remedy=remedy)
        return error

    def _advised(self) -> str:
        """The advice of the class, or of a parent if it needs data that a revived problem lacks."""
        if "_sentence" not in vars(self):
            return self.advice.format_map(_Facts(self))
        for kind in type(self).__mro__:
            if "advice" in vars(kind):
                try:
                    return str(vars(kind)["advice"].format_map(_Facts(self)))
                except AttributeError:
                    continue
        raise AssertionError("the root's advice needs no data")


class _Facts(Mapping[str, Any]):
    """The data and properties of a problem by name, for a template."""

    def __init__(self, problem: WordlightError) -> None:
        self._problem = problem

    def __getitem__(self, name: str) -> Any:
        return getattr(self._problem, name)

    def __iter__(self) -> Any:
        return iter(vars(self._problem))

    def __len__(self) -> int:
        return len(vars(self._problem))


def _again(
    kind: type[WordlightError], args: tuple[Any, ...], facts: dict[str, Any]
) -> WordlightError:
    """Restores a pickled problem. Its constructor's arguments are already among its facts."""
    error = kind.__new__(kind)
    Exception.__init__(error, *args)
    vars(error).update(facts)
    return error
