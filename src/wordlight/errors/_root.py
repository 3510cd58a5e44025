"""The root of the tree."""

from __future__ import annotations

from typing import Any, ClassVar


class WordlightError(Exception):
    """Root of the tree. ``str()`` is one sentence, safe to show to a client."""

    code: ClassVar[str] = "ERROR"
    status: ClassVar[str] = "INTERNAL"

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.args, self.__dict__)

    @property
    def wire(self) -> str:
        """The message as it travels: ``CODE: sentence``."""
        return f"{self.code}: {self}"

    @classmethod
    def revive(cls, sentence: str) -> WordlightError:
        """The same error on the client's side, without its data."""
        error = cls.__new__(cls)
        Exception.__init__(error, sentence)
        return error


def _again(
    kind: type[WordlightError], args: tuple[Any, ...], facts: dict[str, Any]
) -> WordlightError:
    """The error that was pickled: its leaf's own arguments are among its facts already."""
    error = kind.__new__(kind)
    Exception.__init__(error, *args)
    error.__dict__.update(facts)
    return error
