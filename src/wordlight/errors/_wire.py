"""Restores problems from a server's messages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wordlight.errors._root import WordlightError

BUSY = ("exceeds maximum queue size", "queue full", "queue is full", "request timeout expired")
"""The message with which Triton's dynamic batcher refuses. Source: triton core,
dynamic_batch_scheduler.cc."""
_REMEDY = re.compile(r"\n→ (.+)")


def revive(message: str, kinds: Mapping[str, type[WordlightError]]) -> WordlightError | None:
    """The problem with the first code in a server's message. Later codes may be the user's text.

    ``WordlightError.wire`` writes no line break in the message, so the first arrow at the beginning
    of a line marks the remedy. An older server sends no remedy; then the class gives the advice.
    """
    codes = "|".join(sorted(kinds.keys() - {WordlightError.code}))
    match = re.search(rf"\b(?P<code>{codes}): (?P<told>.+)", message, re.DOTALL)
    if match is None:
        return None
    told = match["told"].strip()
    remedy = _REMEDY.search(told)
    sentence = told[: remedy.start()] if remedy else told
    return kinds[match["code"]].revive(sentence.strip(), remedy[1] if remedy else "")
