"""Scripts read aloud: which words are shown, and what is said for each.

The speaker, the aligner and the captions all use the same reading. ``docs/reading.md`` describes
it.
"""

from wordlight.reading._breaks import Break, breaks
from wordlight.reading._reading import Reading, ReadWord, plain_words
from wordlight.reading._script import (
    base_language,
    guess_language,
    is_read_from,
    is_readable,
    read_script,
    shown_text,
)
from wordlight.reading._spoken_text import spoken_text
from wordlight.reading._transcript import (
    Alignable,
    aligner_missing,
    check_lexicon_alone,
    check_reading_alone,
)
from wordlight.reading.lexicon import (
    Lexicon,
    Shelf,
    no_shelf,
    parse_lexicon,
)
from wordlight.words import Ending

__all__ = [
    "Alignable",
    "Break",
    "Ending",
    "Lexicon",
    "ReadWord",
    "Reading",
    "Shelf",
    "aligner_missing",
    "base_language",
    "breaks",
    "check_lexicon_alone",
    "check_reading_alone",
    "guess_language",
    "is_read_from",
    "is_readable",
    "no_shelf",
    "parse_lexicon",
    "plain_words",
    "read_script",
    "shown_text",
    "spoken_text",
]
