"""Lexicons: how to say words that a reader would otherwise say wrongly.

A lexicon is pure data. It does not matter whether it comes from a request, a volume or a file.
"""

from wordlight.reading.lexicon._entries import (
    MOST_ENTRIES,
    Entry,
)
from wordlight.reading.lexicon._lexicon import EMPTY, Lexicon, Shelf, no_shelf
from wordlight.reading.lexicon._matches import Written, find
from wordlight.reading.lexicon._parser import parse_lexicon
from wordlight.reading.lexicon._pls import is_pls, parse_pls
from wordlight.reading.lexicon._text import parse_text, with_entries, without_word, write_lexicon

__all__ = [
    "EMPTY",
    "MOST_ENTRIES",
    "Entry",
    "Lexicon",
    "Shelf",
    "Written",
    "find",
    "is_pls",
    "no_shelf",
    "parse_lexicon",
    "parse_pls",
    "parse_text",
    "with_entries",
    "without_word",
    "write_lexicon",
]
