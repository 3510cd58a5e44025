"""Errors of ours as they come back from a server."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wordlight.errors._root import WordlightError

BUSY = ("exceeds maximum queue size", "queue full", "queue is full", "request timeout expired")
"""Triton's dynamic batcher refusing. Source: triton core, dynamic_batch_scheduler.cc."""


def revive(message: str, kinds: Mapping[str, type[WordlightError]]) -> WordlightError | None:
    """The error of the first code in a server's message; a later one may be the user's own text."""
    codes = "|".join(sorted(kinds.keys() - {WordlightError.code}))
    match = re.search(rf"\b(?P<code>{codes}): (?P<sentence>.+)", message, re.DOTALL)
    return kinds[match["code"]].revive(match["sentence"].strip()) if match else None
