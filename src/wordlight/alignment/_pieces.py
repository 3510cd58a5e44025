"""Work in pieces of at most a few seconds, so that whoever runs it may let others go first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Work(Protocol):
    """What runs pieces. It may wait before each, or raise instead to end the work."""

    def __call__(self, piece: Callable[[], T], /) -> T:
        """What the piece returns or raises."""

    def pause(self) -> None:
        """Lets others go first, as before a piece."""


class _AtOnce:
    """Work that waits for nobody."""

    def __call__(self, piece: Callable[[], T], /) -> T:
        return piece()

    def pause(self) -> None:
        pass


AT_ONCE: Work = _AtOnce()
