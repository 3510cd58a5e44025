"""Languages: their spaces, where their lines may break, and which words belong together."""

from wordlight.subtitles.languages._function_words import LEANING, OPENING, PARTICLES
from wordlight.subtitles.languages._language import (
    CHARACTERS_PER_S,
    LINE_CHARACTERS,
    Language,
    find_language,
)
from wordlight.subtitles.languages._marks import (
    AROUND,
    CLOSERS,
    NEVER_FIRST,
    NEVER_LAST,
    holds,
    plain,
)

__all__ = [
    "AROUND",
    "CHARACTERS_PER_S",
    "CLOSERS",
    "LEANING",
    "LINE_CHARACTERS",
    "NEVER_FIRST",
    "NEVER_LAST",
    "OPENING",
    "PARTICLES",
    "Language",
    "find_language",
    "holds",
    "plain",
]
