"""Which way letters run, and the order in which words stand in a line."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_RIGHT, _LEFT = frozenset({"R", "AL"}), frozenset({"L", "EN"})


def runs_right_to_left(text: str) -> bool:
    """Whether a word has letters that run from right to left.

    >>> runs_right_to_left("שלום"), runs_right_to_left("42")
    (True, False)
    """
    return not text.isascii() and direction_of(text) == "R"


@lru_cache(maxsize=8192)
def direction_of(text: str) -> str:
    """R or L, as the word's letters run, or nothing."""
    kinds = {unicodedata.bidirectional(character) for character in text}
    return "R" if kinds & _RIGHT else "L" if kinds & _LEFT else ""


def visual_order(directions: Sequence[str], is_right_to_left: bool) -> list[int]:
    """The words' numbers from left to right; words against the line's direction keep their own.

    >>> visual_order(["R", "L", "L", "R"], True)
    [3, 1, 2, 0]
    """
    base, against = ("R", "L") if is_right_to_left else ("L", "R")
    groups: list[list[int]] = []
    for index, direction in enumerate(directions):
        turns = (direction or base) == against
        if turns and groups and directions[groups[-1][-1]] == against:
            groups[-1].append(index)
        else:
            groups.append([index])
    if not is_right_to_left:
        groups = [group[::-1] for group in groups]
    ordered = groups[::-1] if is_right_to_left else groups
    return [index for group in ordered for index in group]
