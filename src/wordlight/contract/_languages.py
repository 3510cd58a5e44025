"""The codes of languages that voices and lexicons on a volume may have."""

from __future__ import annotations

import re

from wordlight.errors import InvalidInput

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
"""An ISO 639-1 code, or an ISO 639-3 code if the language has no shorter one."""


def check_language(language: str) -> str:
    """Returns the language, if it is such a code.

    Raises:
        InvalidInput: It is none.
    """
    if not LANGUAGE_CODE.fullmatch(language):
        raise InvalidInput("LANGUAGE", f"is {language[:16]!r}; it must be a code like en")
    return language
