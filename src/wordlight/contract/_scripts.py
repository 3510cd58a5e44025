"""What TEXT is: plain text with directions in brackets, or SSML."""

from __future__ import annotations

import re

_BEGIN = re.compile(
    r"\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)?"
    r"(?:<speak[\s/>]|<!DOCTYPE\b)",
    re.S | re.I,
)


def is_ssml(script: str) -> bool:
    """Whether a script is SSML: it begins with the tag ``speak``, or with a document type.

    >>> is_ssml('<?xml version="1.0"?> <speak>So.</speak>'), is_ssml("<speaker>So.")
    (True, False)
    >>> is_ssml('<?xml version="1.0"?><!DOCTYPE note><speak>So.</speak>')
    True
    """
    return _BEGIN.match(script[:4_000]) is not None
