"""The root of the catalogue: what every problem has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Self, cast, dataclass_transform

__all__ = ["Severity", "WordlightError"]


ARROW = "→"
"""Stands before what to do."""


class Severity(StrEnum):
    """How much a problem weighs: an error keeps a server from starting, or a request from being
    answered; a warning does not."""

    WARNING = "warning"
    ERROR = "error"


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class WordlightError(Exception):
    """Root of the catalogue. ``str()`` is one sentence, safe to show to a client.

    A subclass is a dataclass: its annotated names are its data and the arguments of its
    constructor. ``says`` and ``advice`` are templates of ``str.format`` over that data.
    """

    code: ClassVar[str] = "ERROR"
    """Never changes: it travels, and is a heading of docs/troubleshooting.md."""
    status: ClassVar[str] = "INTERNAL"
    """Triton's code of the answer."""
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
        """What to do about it."""
        told = vars(self).get("_remedy", "")
        return str(told or self._advised())

    @property
    def __notes__(self) -> list[str]:  # type: ignore[override]  # read by Python, written by none
        """What Python writes below the sentence in a traceback: the remedy, then what was added."""
        return [f"{ARROW} {self.remedy}", *vars(self).get("_notes", ())]

    def add_note(self, note: str, /) -> None:
        """Adds a line below the remedy in a traceback."""
        vars(self).setdefault("_notes", []).append(note)

    @property
    def told(self) -> str:
        """The sentence, and what to do on the next line."""
        return f"{self}\n{ARROW} {self.remedy}"

    @property
    def wire(self) -> str:
        """The message as it travels: ``CODE: sentence`` on a line, ``→ remedy`` on the next."""
        sentence, remedy = (" ".join(text.splitlines()) for text in (str(self), self.remedy))
        return f"{self.code}: {sentence}\n{ARROW} {remedy}"

    def reworded(self, sentence: str, remedy: str) -> Self:
        """The same problem in other words."""
        problem = _again(type(self), self.args, vars(self))
        vars(problem).update(_sentence=sentence, _remedy=remedy)
        return cast("Self", problem)

    @classmethod
    def revive(cls, sentence: str, remedy: str = "") -> WordlightError:
        """The same problem on the other side of the wire, without its data."""
        error = cls.__new__(cls)
        vars(error).update(_sentence=sentence, _remedy=remedy)
        return error

    def _advised(self) -> str:
        """The advice of the class; where a revived problem lacks its data, that of a parent."""
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
    """A problem's data and properties by name, as a template asks for them."""

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
    """The problem that was pickled: its own arguments are among its facts already."""
    error = kind.__new__(kind)
    Exception.__init__(error, *args)
    vars(error).update(facts)
    return error
