"""Splits text into grapheme clusters, which readers see as single characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ZERO_WIDTH_JOINER = "\u200d"
_CLUSTER = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    "|\r\n|.",
    re.DOTALL,
)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
"""The tag characters in flags of regions."""


def clusters(text: str) -> Iterator[str]:
    r"""The grapheme clusters: characters with the marks, joiners and modifiers that follow them.

    These are the rules of Unicode Standard Annex 29 that matter for fonts: text that may be drawn
    as one glyph stays together.

    >>> [len(cluster) for cluster in clusters("e\u0301👍🏽👩\u200d🚀a")]
    [2, 2, 3, 1]
    """
    cluster = ""
    for match in _CLUSTER.finditer(text):
        piece = match[0]
        if cluster and (cluster.endswith(_ZERO_WIDTH_JOINER) or _extends(piece)):
            cluster += piece
            continue
        if cluster:
            yield cluster
        cluster = piece
    if cluster:
        yield cluster


def _extends(character: str) -> bool:
    if len(character) > 1:
        return False
    code = ord(character)
    is_mark = unicodedata.category(character) in ("Mn", "Me", "Mc")
    return is_mark or character == _ZERO_WIDTH_JOINER or code in _SKIN_TONES or code in _TAGS
