"""Parses a lexicon in either of its two forms."""

from __future__ import annotations

from functools import lru_cache

from wordlight.reading.lexicon._lexicon import Lexicon
from wordlight.reading.lexicon._pls import is_pls, parse_pls
from wordlight.reading.lexicon._text import parse_text

CACHED_LEXICONS = 8


@lru_cache(maxsize=CACHED_LEXICONS)
def parse_lexicon(text: str, field: str = "LEXICON") -> Lexicon:
    """The lexicon of a text: PLS if the text begins with ``<``, else a line for each entry.

    Raises:
        InvalidInput: The text is not a lexicon. The message names the place.
        TooLong: The text has too much of something. The message names the limit.
    """
    return parse_pls(text, field) if is_pls(text) else parse_text(text, field)
