"""The volume's lexicons: how words are said, one file for each language."""

from wordlight.lexicons._shelf import (
    MOST_BYTES,
    LexiconShelf,
    called,
    check_language,
    edit,
    lexicon_file,
    lexicon_languages,
    read_lexicon,
)

__all__ = [
    "MOST_BYTES",
    "LexiconShelf",
    "called",
    "check_language",
    "edit",
    "lexicon_file",
    "lexicon_languages",
    "read_lexicon",
]
