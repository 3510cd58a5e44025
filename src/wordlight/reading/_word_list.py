"""Lists and tables of words, as they are written in the code."""

from __future__ import annotations


def word_list(text: str) -> frozenset[str]:
    """The words of a text, to look others up in.

    >>> sorted(word_list("on until till"))
    ['on', 'till', 'until']
    """
    return frozenset(text.split())


def word_table(text: str) -> dict[str, str]:
    """What each word stands for: a word and its meaning, parted by a space, to an entry.

    >>> word_table("lb pound; mph miles per hour")
    {'lb': 'pound', 'mph': 'miles per hour'}
    """
    entries = (" ".join(entry.split()).partition(" ") for entry in text.split(";"))
    return {word: meaning for word, _, meaning in entries}
