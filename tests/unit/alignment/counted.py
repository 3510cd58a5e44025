"""Work that counts its pieces."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Counted:
    """Runs pieces at once, and raises in the place of piece or pause number ``last``."""

    def __init__(self, last: int | None = None) -> None:
        self.n_pieces = self.n_pauses = 0
        self._last = last

    def __call__(self, piece: Callable[[], T], /) -> T:
        self._refuse_the_last()
        self.n_pieces += 1
        return piece()

    def pause(self) -> None:
        self._refuse_the_last()
        self.n_pauses += 1

    def _refuse_the_last(self) -> None:
        if self.n_pieces + self.n_pauses == self._last:
            raise InterruptedError
