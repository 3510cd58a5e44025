"""Lists of words, as the tables write them."""

from __future__ import annotations


def word_list(text: str) -> frozenset[str]:
    """The words of a text, to look others up in.

    >>> sorted(word_list("on until till"))
    ['on', 'till', 'until']
    """
    return frozenset(text.split())
