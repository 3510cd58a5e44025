"""The volume's lexicons, one file for each language. A lexicon states how words are said."""

from wordlight.lexicons._shelf import (
    MOST_BYTES,
    LexiconShelf,
    called,
    edit,
    lexicon_file,
    lexicon_languages,
    read_lexicon,
)

__all__ = [
    "MOST_BYTES",
    "LexiconShelf",
    "called",
    "edit",
    "lexicon_file",
    "lexicon_languages",
    "read_lexicon",
]
