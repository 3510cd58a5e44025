"""Turns an error that concerns a single request into a value, so that other requests go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def outcome(work: Callable[[], T]) -> T | Exception:
    """The result of the work, or the error that it raised."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - the caller decides what it means
        return error
