"""Lists and tables of words that are written as text in the code."""

from __future__ import annotations


def word_list(text: str) -> frozenset[str]:
    """The words of a text, as a set.

    >>> sorted(word_list("on until till"))
    ['on', 'till', 'until']
    """
    return frozenset(text.split())


def word_table(text: str) -> dict[str, str]:
    """A table from words to their meanings.

    Entries are separated by semicolons; in each, a space stands between the word and its meaning.

    >>> word_table("lb pound; mph miles per hour")
    {'lb': 'pound', 'mph': 'miles per hour'}
    """
    entries = (" ".join(entry.split()).partition(" ") for entry in text.split(";"))
    return {word: meaning for word, _, meaning in entries}
