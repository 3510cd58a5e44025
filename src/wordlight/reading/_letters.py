"""Letters as the tables of words write them."""

from __future__ import annotations

import unicodedata

_APOSTROPHES = str.maketrans("’ʼ‘", "'''")


def plain_letters(text: str) -> str:
    """The text in lower case without accents, so that "MÚSICA" and "musica" are one word.

    >>> plain_letters("MÚSICA, смеётся")
    'musica, смеется'
    """
    small = text.casefold().translate(_APOSTROPHES)
    if small.isascii():
        return small
    parted = unicodedata.normalize("NFD", small)
    bare = "".join(c for c in parted if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)
