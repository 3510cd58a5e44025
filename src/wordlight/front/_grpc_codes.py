"""The codes of gRPC and the statuses of HTTP that say the same.

Source: https://grpc.io/docs/guides/status-codes and Triton's server/src/grpc/grpc_utils.cc.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from grpc import StatusCode

from wordlight.errors import EngineFailed, NoSuchRoute, NotServing
from wordlight.front._refusals import GONE, Refused, in_our_words

LOST = (StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED)
"""The codes of a call that broke off, or of a small question that was not answered in time."""
RETRY_AFTER = b"retry-after"
_BY_STATUS: Mapping[HTTPStatus, StatusCode] = {
    HTTPStatus.BAD_REQUEST: StatusCode.INVALID_ARGUMENT,
    HTTPStatus.UNAUTHORIZED: StatusCode.UNAUTHENTICATED,
    HTTPStatus.NOT_FOUND: StatusCode.NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT: StatusCode.DEADLINE_EXCEEDED,
    HTTPStatus.CONFLICT: StatusCode.CANCELLED,
    HTTPStatus.TOO_MANY_REQUESTS: StatusCode.RESOURCE_EXHAUSTED,
    HTTPStatus.INTERNAL_SERVER_ERROR: StatusCode.INTERNAL,
    HTTPStatus.SERVICE_UNAVAILABLE: StatusCode.UNAVAILABLE,
}
_BY_CODE: Mapping[StatusCode, HTTPStatus] = {
    StatusCode.INVALID_ARGUMENT: HTTPStatus.BAD_REQUEST,
    StatusCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    StatusCode.CANCELLED: HTTPStatus.CONFLICT,
    StatusCode.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


def code_of_refusal(refused: Refused) -> StatusCode:
    """The code under which a refusal is sent."""
    if isinstance(refused.problem, NoSuchRoute):
        return StatusCode.UNIMPLEMENTED
    return _BY_STATUS[refused.status]


def trailers_of(refused: Refused) -> tuple[tuple[str, str], ...]:
    """The metadata that a refusal ends with: ``retry-after`` in seconds, if it has any."""
    pairs = refused.headers
    return tuple((name.decode(), value.decode()) for name, value in pairs if name == RETRY_AFTER)


def status_of_code(code: StatusCode) -> HTTPStatus:
    """The HTTP status that says what a code of Triton's says."""
    return _BY_CODE.get(code, HTTPStatus.INTERNAL_SERVER_ERROR)


def tritons_error(code: StatusCode, message: str, model: str, request_id: str) -> Refused:
    """An error that Triton or the connection to it ended a call with, as a problem of ours."""
    refused = in_our_words(status_of_code(code), message, model, request_id)
    if code in LOST and isinstance(refused.problem, EngineFailed):
        return Refused(NotServing(GONE))
    return refused
