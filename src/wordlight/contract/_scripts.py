"""What TEXT is: plain text with labels and with directions in brackets, or SSML."""

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


MOMENT = r"\d{1,2}(?::\d{2}){1,2}(?:[.,]\d+)?"
"""A time in a transcript, which states when something is said."""


def label_pattern(no_name: str, behind: str) -> re.Pattern[str]:
    r"""The label at the beginning of a line, such as ``ANNA (whispering):``.

    Its groups are ``stamp`` and ``name``, and the marks of emphasis: ``marks`` before the name,
    ``closed`` behind it, ``ended`` before the colon, and ``behind`` it.

    Args:
        no_name: What no name contains, besides colons, stars and round or square brackets: as in a
            character class.
        behind: What must stand behind an ASCII colon, as an expression.

    >>> label_pattern("", r"\s").match("- **Anna** (quietly): So.")["name"]
    'Anna'
    """
    apart = rf":：*()\[\]（）{no_name}"
    return re.compile(
        rf"(?P<stamp>\[{MOMENT}\]\s*)?"
        r"(?:(?:[-–—•·+]|>{1,2}|\*(?=\s))\s*)?"  # an item's mark, or a caption's for a new speaker
        rf"(?P<marks>[*_]{{0,3}})(?P<name>[^\s{apart}][^{apart}\n]{{0,59}}?)"
        r"(?P<closed>[*_]{0,3})\s?(?:[(\[（][^()\[\]（）\n]{1,40}[)\]）]\s?)?(?P<ended>[*_]{0,3})\s?"
        rf"(?::(?={behind})|：)(?P<behind>[*_]{{0,3}})\s*"
    )
