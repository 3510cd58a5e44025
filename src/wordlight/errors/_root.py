"""The root of the tree."""

from __future__ import annotations

from typing import ClassVar


class WordlightError(Exception):
    """Root of the tree. ``str()`` is one sentence, safe to show to a client."""

    code: ClassVar[str] = "ERROR"
    status: ClassVar[str] = "INTERNAL"

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
