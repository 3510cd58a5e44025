"""Ids of requests: taken from the caller or made, and put into the body that Triton reads."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Iterable

from wordlight.contract import LONGEST_ID
from wordlight.errors import InvalidInput, TooLong

HEADER = b"x-request-id"
REMEMBERED_S = 10.0
"""Longer than the models remember a cancelled id."""
SUFFIX = 8
_SANE = re.compile(rb"[\x21-\x7e]{1,%d}" % LONGEST_ID)


def header_id(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The id in the header of a request, if it is sane: printable ASCII of a bounded length."""
    for name, value in headers:
        if name == HEADER and _SANE.fullmatch(value):
            return value.decode()
    return None


def is_sane(request_id: str) -> bool:
    """Whether an id can be sent as a header."""
    return _SANE.fullmatch(request_id.encode("utf-8", "surrogatepass")) is not None


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


class Cancelled:
    """Ids that were cancelled a moment ago. Their next request would be cancelled as well.

    Args:
        clock: A monotonic clock.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at_s: dict[str, float] = {}

    def add(self, request_id: str) -> None:
        """Remembers an id."""
        now_s = self._clock()
        self._at_s = {one: at for one, at in self._at_s.items() if now_s - at < REMEMBERED_S}
        self._at_s[request_id] = now_s

    def fresh(self, request_id: str) -> str:
        """The id, with something behind it if it was cancelled a moment ago.

        A proxy that asks again sends the id of its first try.
        """
        at_s = self._at_s.get(request_id)
        if at_s is None or self._clock() - at_s > REMEMBERED_S:
            return request_id
        return f"{request_id[: LONGEST_ID - SUFFIX - 1]}.{new_id()[:SUFFIX]}"
