"""A script as text that can be cut into words: in NFC, without markup or invisible characters."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from html.entities import html5

from wordlight.reading._markup import without_markup
from wordlight.reading.directions import number_of

_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_LINE_END = re.compile(r"\r\n?|[\u0085\u2028\x0b\x0c]")
_KEPT_FORMATS = frozenset("\u200c\u200d\u200b\u2060\ufe0e\ufe0f")
"""Invisible characters that are kept. Joiners shape letters and emoji; zero-width spaces separate
words that are written without spaces."""

LOOK_ALIKES = str.maketrans({
    "\u02bc": "'", "\u02b9": "'", "\u2019": "'", "\u2018": "'", "\u201b": "'", "\u02bb": "'",
    "\u02bd": "'", "\u00b4": "'", "\u2032": "'", "\u2126": "Ω", "\u00b5": "μ",
    "\u212a": "K", "\u212b": "Å", "\u2212": "-", "\u2010": "-", "\u2011": "-", "\ufe63": "-",
    "\u2044": "/", "\u2215": "/", "\u2236": ":", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
})  # fmt: skip
"""Characters that look like others to a reader, each with the usual one."""


def clean(script: str) -> str:
    r"""The script with one kind of line end, entities resolved, and no tags or control characters.

    >>> clean("Tom &amp; Jerry\r\n\u202atalk\u00ad\x07ed")
    'Tom & Jerry\ntalked'
    """
    text = _LINE_END.sub("\n", script).replace("\u2029", "\n\n")
    text = _ENTITY.sub(_resolved, without_markup(text))
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", "".join(map(_keep, text)))


def _resolved(match: re.Match[str]) -> str:
    """The character of an entity. A name that no entity has stays as text: "&copyright;"."""
    name = match[0][1:]
    return html.unescape(match[0]) if name[0] == "#" or name in html5 else match[0]


def _keep(character: str) -> str:
    if character in ("\n", "\t", " ") or character in _KEPT_FORMATS:
        return character
    category = unicodedata.category(character)
    if category == "Co" and number_of(character) is not None:
        return character
    if category == "Cc":
        return " " if character in "\x1c\x1d\x1e\x1f" else ""
    return "" if category in ("Cf", "Cs", "Co", "Cn") else character


def fold(text: str) -> str:
    """The text as it is said: look-alikes become the usual character, full-width letters narrow.

    >>> fold("donʼt ５０ Ω")
    "don't 50 Ω"
    """
    if text.isascii():
        return text
    folded = text.translate(LOOK_ALIKES)
    return "".join(map(_narrow, folded))


@lru_cache(maxsize=4_096)
def _narrow(character: str) -> str:
    """A character as usual letters, if it is full-width, a ligature, in a font or a unit's sign."""
    form = unicodedata.decomposition(character).partition(" ")[0]
    is_odd = form in ("<wide>", "<font>", "<square>") or character in "ﬀﬁﬂﬃﬄﬅﬆ℃℉"
    return unicodedata.normalize("NFKC", character) if is_odd else character
