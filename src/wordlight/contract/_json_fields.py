"""Inputs that are JSON objects: STYLE and LIMITS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from wordlight.errors import InvalidInput

_NAMES = {list: "list", str: "string", bool: "boolean", type(None): "null"}


def read_object(field: str, text: str | None) -> Mapping[str, Any]:
    """The JSON object in the input ``field``; empty if there is no text.

    Raises:
        InvalidInput: The text is not JSON, or the JSON is not an object.
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
    return found
