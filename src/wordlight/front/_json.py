"""JSON from anybody: it is looked at before it is parsed, and parsed as Triton would parse it.

Triton's parser (RapidJSON) recurses into nested lists until its stack ends, and takes the first of
two members of one name where Python takes the last. So both are refused here.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import Any, NoReturn

from wordlight.errors import InvalidInput
from wordlight.front._config import Limits

FIELD = "the request's JSON"
MOST_BRACKETS = 10_000
"""Of all kinds. A request has some for each tensor."""
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
"""A string, or what begins as one and does not end: so the search never begins anew within one."""
_ALL_BUT_BRACKETS = bytes(one for one in range(256) if one not in b"[]{}")
_NUMBERS = re.compile(rb"\[[-+0-9.eE,\s]{4096,}+\]")
"""A long flat list of numbers: samples or times. Python would take half a second for 15 s of sound,
and nobody else would be answered in that time; so its numbers are counted and not parsed."""
_COUNTED = secrets.randbits(62)
"""Stands before the number of numbers in place of such a list. Nobody can guess it."""
_MARK = b"[%d," % _COUNTED


def load(text: bytes, limits: Limits) -> dict[str, Any]:
    """The JSON object in a request. `n_counted` knows its long lists of numbers.

    Raises:
        InvalidInput: It is not UTF-8 or not JSON, is nested too deep, has too many values, names a
            member twice, or is no object.
    """
    counted, n_lists = _NUMBERS.subn(_count, text)
    outline = _STRING.sub(b"", counted)
    if outline.count(_MARK) == n_lists:
        text = counted
    else:  # one of them is within a text
        outline = _STRING.sub(b"", text)
    _check_outline(outline, limits)
    try:
        found = json.loads(
            text.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError:
        raise InvalidInput(FIELD, "is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise InvalidInput(FIELD, f"is not JSON: {error.msg} at {error.pos}") from None
    except ValueError:  # an integer with thousands of digits
        raise InvalidInput(FIELD, "has a number that is too long") from None
    if not isinstance(found, dict):
        raise InvalidInput(FIELD, "is not an object")
    return found


def n_counted(data: list[Any]) -> int | None:
    """The number of numbers in a long list; None if the list was parsed."""
    is_counted = len(data) == 2 and data[0] == _COUNTED
    return int(data[1]) if is_counted else None


def _count(match: re.Match[bytes]) -> bytes:
    return b"%s%d]" % (_MARK, match[0].count(b",") + 1)


def _check_outline(outline: bytes, limits: Limits) -> None:
    """Checks nesting and number of values of a text without its strings."""
    brackets = outline.translate(None, _ALL_BUT_BRACKETS)
    depth = 0
    for bracket in brackets[: MOST_BRACKETS + 1]:
        depth += 1 if bracket in b"[{" else -1
        if depth > limits.nesting:
            raise InvalidInput(
                FIELD,
                f"is nested more than {limits.nesting} deep",
                "write the data of a tensor as one flat list",
            )
    if len(brackets) > MOST_BRACKETS or outline.count(b",") > limits.json_values:
        raise InvalidInput(
            FIELD,
            f"has more than {limits.json_values:,} values or {MOST_BRACKETS:,} brackets",
            "send large tensors as binary data: docs/front.md says how",
        )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise InvalidInput(FIELD, "names a member twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidInput(FIELD, f"has {name}, which is not JSON")
