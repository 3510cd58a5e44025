"""Work in pieces of at most a few seconds, so that its runner may let other work go first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Work(Protocol):
    """Runs pieces of work. It may wait before each piece, or raise an error to end the work."""

    def __call__(self, piece: Callable[[], T], /) -> T:
        """Runs the piece and returns its result; an error of the piece is passed on."""

    def pause(self) -> None:
        """Lets other work go first, as before a piece."""


class _AtOnce:
    """Runs every piece at once."""

    def __call__(self, piece: Callable[[], T], /) -> T:
        return piece()

    def pause(self) -> None:
        pass


AT_ONCE: Work = _AtOnce()
