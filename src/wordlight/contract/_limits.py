"""The LIMITS tensor: a JSON object of limits, each checked by its name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from wordlight.contract._json_fields import read_object
from wordlight.errors import InvalidInput

LIMIT_FIELDS: Mapping[str, tuple[float, float]] = {
    "line_characters": (4, 120),
    "lines": (1, 2),
    "words": (1, 100),
    "shortest_ms": (0, 10_000),
    "longest_ms": (200, 60_000),
    "gap_ms": (0, 1_000),
    "close_ms": (0, 5_000),
    "characters_per_s": (1, 100),
}
"""The fields that LIMITS may have, each with its lowest and its highest value."""


def read_limits(text: str | None, name: str = "LIMITS") -> dict[str, Any]:
    """The fields in LIMITS, ready for `wordlight.subtitles.limits_of`; empty if there is no text.

    Raises:
        InvalidInput: The text is not a JSON object, has a field that does not exist, or gives a
            field a value that it cannot have.

    >>> read_limits('{"line_characters": 30, "characters_per_s": 15}')
    {'line_characters': 30, 'characters_per_s': 15.0}
    """
    read = {key: _limit(key, value, name) for key, value in read_object(name, text).items()}
    if read.get("shortest_ms", 0) > read.get("longest_ms", float("inf")):
        raise InvalidInput(name, "has a shortest_ms that is more than its longest_ms")
    return read


def _limit(key: str, value: object, name: str) -> float:
    if key not in LIMIT_FIELDS:
        raise InvalidInput(name, f"has no field {key[:40]!r}; there are: {', '.join(LIMIT_FIELDS)}")
    low, high = LIMIT_FIELDS[key]
    is_whole = key != "characters_per_s"
    kinds = int if is_whole else int | float
    if not isinstance(value, kinds) or isinstance(value, bool) or not low <= value <= high:
        got = json.dumps(value, ensure_ascii=False)[:40]
        kind = "a whole number" if is_whole else "a number"
        raise InvalidInput(
            name, f"gives {key!r} the value {got}; it must be {kind} from {low:g} to {high:g}"
        )
    return int(value) if is_whole else float(value)
