"""Options that are mappings: a lexicon is sent as lines, every other mapping as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from wordlight.errors import InvalidInput

Lexicon = Mapping[str, str] | str
"""How words are read aloud: a mapping, ``{"Nguyen": "win", "tomato": "/təmˈɑːtoʊ/"}``, its lines as
a text, or a text in PLS."""


def as_sent(option: str, value: Any) -> Any:
    """A mapping as the text that an option's tensor takes; any other value unchanged.

    Raises:
        InvalidInput: A lexicon's word or its reading does not fit into a line.
    """
    if not isinstance(value, Mapping):
        return value
    is_lexicon = option == "lexicon"
    return lexicon_text(value) if is_lexicon else json.dumps(value, ensure_ascii=False)


def lexicon_text(lexicon: Mapping[str, str]) -> str:
    """The lines of a lexicon.

    Raises:
        InvalidInput: A word or its reading does not fit into a line.

    >>> lexicon_text({"Nguyen": "win", "New York": "noo yawk"})
    'Nguyen = win\\nNew York = noo yawk\\n'
    """
    return "".join(
        f"{_checked(word)} = {_one_line(reading)}\n" for word, reading in lexicon.items()
    )


def _checked(word: str) -> str:
    line = _one_line(word).strip()
    if "=" in line or line[:1] in ("", "#", "<"):
        raise InvalidInput(
            "LEXICON", f"has the word {line[:40]!r}; no word is empty, has = or begins with # or <"
        )
    return line


def _one_line(text: str) -> str:
    if not isinstance(text, str):
        raise InvalidInput("LEXICON", f"has a {type(text).__name__} where a text belongs")
    if len(text.splitlines()) > 1 or not text.strip():
        raise InvalidInput("LEXICON", f"has {text[:40]!r}, which is not one line of text")
    return text
