"""Which line ends a writer meant, and which an editor made."""

from __future__ import annotations

import re

from wordlight.reading._marks import leads

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_SHORTEST_WRAP = 45
"""Characters: an editor that wraps does it at 60 to 100; what ends earlier is meant to."""
_ENDS_SENTENCE = re.compile(r"[.!?…:。！？][\"”’')\]]*$")


def paragraphs(text: str) -> list[list[str]]:
    r"""The lines of each paragraph; lines that an editor wrapped are one again.

    >>> paragraphs("Roses are red\nViolets are blue\n\n- one\n- two")
    [['Roses are red', 'Violets are blue'], ['- one', '- two']]
    """
    found = []
    for block in _BLANK.split(text):
        lines = [line.strip() for line in block.split("\n")]
        if lines := [line for line in lines if line]:
            found.append([" ".join(lines)] if _is_wrapped(lines) else lines)
    return found


def _is_wrapped(lines: list[str]) -> bool:
    """Whether every line but the last ends only because the next word found no room."""
    if len(lines) < 2 or any(leads(line.split(maxsplit=1)[0]) for line in lines):
        return False
    width = max(map(len, lines))
    full = lines[:-1]
    if min(map(len, full)) < _SHORTEST_WRAP or all(map(_ENDS_SENTENCE.search, full)):
        return False
    return all(
        len(line) + 1 + len(after.split(maxsplit=1)[0]) > width
        for line, after in zip(full, lines[1:], strict=True)
    )
