"""Problems of ours as they come back from a server."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wordlight.errors._root import WordlightError

BUSY = ("exceeds maximum queue size", "queue full", "queue is full", "request timeout expired")
"""Triton's dynamic batcher refusing. Source: triton core, dynamic_batch_scheduler.cc."""
_REMEDY = re.compile(r"\n→ (.+)")


def revive(message: str, kinds: Mapping[str, type[WordlightError]]) -> WordlightError | None:
    """The problem of the first code in a server's message; a later one may be the user's own text.

    ``WordlightError.wire`` leaves no line break in the sentence, so that the first arrow at a
    line's beginning is ours. An older server sends none; the class then advises.
    """
    codes = "|".join(sorted(kinds.keys() - {WordlightError.code}))
    match = re.search(rf"\b(?P<code>{codes}): (?P<told>.+)", message, re.DOTALL)
    if match is None:
        return None
    told = match["told"].strip()
    remedy = _REMEDY.search(told)
    sentence = told[: remedy.start()] if remedy else told
    return kinds[match["code"]].revive(sentence.strip(), remedy[1] if remedy else "")
