"""Ids of requests: taken from the caller or made, and put into the body that Triton reads."""

from __future__ import annotations

import json
import re
import uuid

from wordlight.contract import LONGEST_ID
from wordlight.errors import InvalidInput, TooLong

HEADER = b"x-request-id"
_SANE = re.compile(rb"[\x21-\x7e]{1,%d}" % LONGEST_ID)


def header_id(headers: list[tuple[bytes, bytes]]) -> str | None:
    """The id in the header of a request, if it is sane: printable ASCII of a bounded length."""
    for name, value in headers:
        if name == HEADER and _SANE.fullmatch(value):
            return value.decode()
    return None


def new_id() -> str:
    """An id that nobody can guess."""
    return uuid.uuid4().hex


def body_id(value: object) -> str | None:
    """The id in the body of a request; None if it has none.

    Raises:
        InvalidInput: It is no text, is too long, or has characters that cannot be printed.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise InvalidInput("id", "is not a text")
    if len(value) > LONGEST_ID:
        raise TooLong("id", len(value), LONGEST_ID, "characters")
    if not value.isprintable():
        raise InvalidInput("id", "has a character that cannot be printed")
    return value


def with_id(text: bytes, request_id: str) -> bytes:
    """The JSON object of a request with an id before all that it has; nothing else is changed.

    >>> with_id(b' {"inputs":[]}', "a1")
    b' {"id":"a1","inputs":[]}'
    """
    before, brace, after = text.partition(b"{")
    comma = b"" if after.lstrip().startswith(b"}") else b","
    return b"".join([before, brace, b'"id":', json.dumps(request_id).encode(), comma, after])
