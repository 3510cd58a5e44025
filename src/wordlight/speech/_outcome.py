"""What work comes to when an error concerns one request alone, and others go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def outcome(work: Callable[[], T]) -> T | Exception:
    """The result of the work, or the error that it raised."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - whoever asked decides what it means
        return error
