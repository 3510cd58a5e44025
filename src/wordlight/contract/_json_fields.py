"""Inputs that are JSON objects: STYLE and LIMITS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from wordlight.errors import InvalidInput

MOST_LEVELS = 16
"""How deep the values of an object may nest. The fields of STYLE need four levels."""
_NAMES = {list: "list", str: "string", bool: "boolean", type(None): "null"}


def read_object(field: str, text: str | None) -> Mapping[str, Any]:
    """The JSON object in the input ``field``; empty if there is no text.

    Raises:
        InvalidInput: The text is not JSON, or the JSON is not an object. It nests too deep, or
            holds half of a surrogate pair, which no encoding can write.
    """
    if text is None or not text.strip():
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as reason:
        where = f" ({reason})" if isinstance(reason, json.JSONDecodeError) else ""
        raise InvalidInput(field, f"is not JSON{where}") from None
    if not isinstance(found, dict):
        name = _NAMES.get(type(found), "number")
        raise InvalidInput(field, f"is a JSON {name}; it must be a JSON object of fields")
    for text_in_it in _texts(field, found):
        if any("\ud800" <= character <= "\udfff" for character in text_in_it):
            raise InvalidInput(field, "holds half of a surrogate pair, which is no character")
    return found


def _texts(field: str, found: object) -> Iterator[str]:
    """Every key and every text in it.

    Raises:
        InvalidInput: It nests deeper than `MOST_LEVELS`.
    """
    left = [(found, 0)]
    while left:
        value, level = left.pop()
        if level > MOST_LEVELS:
            raise InvalidInput(field, f"nests more than {MOST_LEVELS} levels deep")
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            left.extend((one, level + 1) for pair in value.items() for one in pair)
        elif isinstance(value, list):
            left.extend((one, level + 1) for one in value)
