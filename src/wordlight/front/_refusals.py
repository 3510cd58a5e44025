"""Refusals as HTTP: a problem's status and body; and Triton's own errors, put into our words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus

from wordlight.errors import (
    BY_CODE,
    BodySlow,
    EngineFailed,
    KeyMissing,
    KeyWrong,
    ModelMissing,
    NotServing,
    RequestRefused,
    ServerBusy,
    WordlightError,
)

Headers = tuple[tuple[bytes, bytes], ...]
JSON_TYPE = (b"content-type", b"application/json")
AUTHENTICATE = (b"www-authenticate", b'Bearer realm="wordlight"')
RETRY = (b"retry-after", b"2")
GONE = "its inference server does not answer"

_BY_STATUS: Mapping[str, HTTPStatus] = {
    "INVALID_ARG": HTTPStatus.BAD_REQUEST,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "UNAVAILABLE": HTTPStatus.SERVICE_UNAVAILABLE,
    "INTERNAL": HTTPStatus.INTERNAL_SERVER_ERROR,
}
_BY_KIND: Mapping[type[WordlightError], HTTPStatus] = {
    KeyMissing: HTTPStatus.UNAUTHORIZED,
    KeyWrong: HTTPStatus.UNAUTHORIZED,
    BodySlow: HTTPStatus.REQUEST_TIMEOUT,
}
_BEFORE = r"(?:\[request id: .{0,256}?\] )?(?:in ensemble '\w+', )?"
_OURS = re.compile(rf"{_BEFORE}(?P<code>{'|'.join(BY_CODE)}): (?P<told>.+)", re.DOTALL)
"""Triton's words before a step's message, and ours. A code elsewhere is somebody's text."""
_BUSY = re.compile(r"exceeds maximum queue size|queue (is )?full|request timeout expired", re.I)
_UNKNOWN = re.compile(r"unknown model|is not found|not found|has no available versions", re.I)
_NOT_READY = re.compile(r"is not ready|is not live|stopping|shutting down|unavailable", re.I)
_CANCELLED = re.compile(r"cancel", re.I)


class Refused(Exception):
    """A request that gets a problem instead of an answer.

    Args:
        problem: What is wrong.
        status: The status of the answer; without one, that which follows from the problem.
        headers: More headers of the answer.
    """

    def __init__(
        self, problem: WordlightError, status: HTTPStatus | None = None, headers: Headers = ()
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.status = status or status_of(problem)
        self.headers = headers
        if self.status is HTTPStatus.UNAUTHORIZED:
            self.headers += (AUTHENTICATE,)
        elif self.status is HTTPStatus.SERVICE_UNAVAILABLE:
            self.headers += (RETRY,)


def status_of(problem: WordlightError) -> HTTPStatus:
    """The HTTP status of a problem."""
    return _BY_KIND.get(type(problem)) or _BY_STATUS[problem.status]


def body_of(message: str) -> bytes:
    """An error as KServe writes it."""
    return json.dumps({"error": message}, ensure_ascii=False).encode("utf-8", "replace")


def message_in(body: bytes) -> str:
    """The message of one of Triton's errors; the whole text if it is no JSON."""
    text = body.strip().removeprefix(b"data:").strip()
    try:
        found = json.loads(text)
        return str(found["error"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return text.decode("utf-8", "replace")


def is_ours(message: str) -> bool:
    """Whether one of our models wrote the message. Its words are made to be shown."""
    return _OURS.match(message) is not None


def is_busy(message: str) -> bool:
    """Whether Triton says that it has too much to do."""
    return _BUSY.search(message) is not None


def code_of(message: str) -> str:
    """The code in a message of ours; empty if there is none."""
    match = _OURS.match(message)
    return match["code"] if match else ""


def in_our_words(status: int, message: str, model: str, request_id: str) -> Refused:
    """Triton's own error as a problem of ours, without any word of Triton's.

    The log has the message under the request's id.
    """
    if is_busy(message):
        return Refused(ServerBusy("it has more requests than it finishes in time"))
    if _UNKNOWN.search(message) or status == HTTPStatus.NOT_FOUND:
        return Refused(ModelMissing("the server", f"model {model} is not served here"))
    if _CANCELLED.search(message):
        problem = RequestRefused("was cancelled by its id")
        return Refused(problem, HTTPStatus.CONFLICT)
    if _NOT_READY.search(message):
        return Refused(NotServing(f"model {model} is not ready"))
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        what = f"the request does not fit model {model}; the server's log has more at {request_id}"
        return Refused(RequestRefused(what))
    return Refused(EngineFailed(request_id))
