"""Forms: ways to write something in one piece, each with a function that reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """The pattern of a whole piece, and a function that returns what is said for a match.

    The function returns None if the piece does not have this form after all.
    """

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], list[str] | None]


def form(
    pattern: str, read: Callable[[re.Match[str]], list[str] | None], *, any_case: bool = False
) -> Form:
    """A form with this pattern. ``any_case``: capitals and lower-case letters match alike."""
    return Form(re.compile(pattern, re.IGNORECASE if any_case else 0), read)


def read_form(forms: Iterable[Form], text: str) -> list[str] | None:
    """What is said by the first form that can read the whole text; None if no form can.

    >>> read_form([form(r"[A-Z]+", lambda match: list(match[0]))], "FBI")
    ['F', 'B', 'I']
    """
    for known in forms:
        match = known.pattern.fullmatch(text)
        if match and (said := known.read(match)) is not None:
            return said
    return None
