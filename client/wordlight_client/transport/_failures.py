"""The failures that a server or the connection reports → errors of our own tree."""

from __future__ import annotations

import http.client
import re

from wordlight.errors import (
    BUSY,
    DeadlineExceeded,
    ModelMissing,
    ProxyRefused,
    RequestRefused,
    ServerBusy,
    ServerError,
    ServerUnreachable,
    WordlightError,
    WrongProtocol,
    revived,
)
from wordlight_client._words import in_arguments
from wordlight_client.transport._address import Address

GONE = (
    "failed to connect", "connection refused", "connection reset", "socket closed", "broken pipe",
    "name resolution", "dns resolution", "errors resolving", "goaway", "recvmsg",
    "no route to host",
)  # fmt: skip
"""Parts of gRPC's own messages about a peer that is not there or went away."""
NOT_GRPC = ("http1.x server", "failed parsing http/2", "settings frame")
NOT_HTTP = ("expected http/", "bad status line", "bad http")
NOT_TLS = ("wrong_version_number", "wrong version number", "record layer failure")
"""Parts of messages about a peer that speaks another protocol than the one asked for."""
UNKNOWN_MODEL = "request for unknown model"
GATEWAY_STATUS = {"502", "503", "504"}
"""HTTP statuses of a proxy that cannot reach the server behind it."""
UNDECODABLE = "an exception occurred in the client while decoding"


_PREFIX = re.compile(
    r"^(?:\[request id: [^\]]*\]\s*"
    r"|in ensemble '[^']*',\s*"
    r"|failed to process the request\(s\) for model(?: instance)? '[^']*',\s*"
    r"|message:\s*"
    r")+",
    re.IGNORECASE,
)


def failure(
    message: str, status: str | None, address: Address, timeout_s: float | None = None
) -> WordlightError:
    """The error for a failure: the server's own by its code, else one by the protocol's status.

    The message of a server's own error names arguments, not tensors. ``status`` is tritonclient's:
    ``StatusCode.UNAVAILABLE`` or ``503``.

    >>> failure("in ensemble 'narrate', EMPTY_TEXT: TEXT is empty", "400", Address("http", "h:1"))
    EmptyText('text is empty')
    """
    own = revived(message)
    if own is not None:
        return in_arguments(own)
    name = (status or "").rpartition(".")[2]
    first, *_ = _PREFIX.sub("", message).strip().split("\n\n")  # a stub's traceback follows
    sentence = first or f"the server answered {name or 'nothing'}"
    lower = sentence.lower()
    if name in ("DEADLINE_EXCEEDED", "499"):
        return too_late(address, timeout_s)
    if any(phrase in lower for phrase in BUSY):
        return ServerBusy(sentence, address)
    if name == "UNAVAILABLE" and (asked := wrong_protocol(lower)):
        return WrongProtocol(address, asked)
    if lower.startswith(UNKNOWN_MODEL):
        return ModelMissing(address, sentence)
    if lower.startswith(UNDECODABLE):
        return _not_triton(name, address)
    if name == "UNAVAILABLE" and any(phrase in lower for phrase in GONE):
        return unreachable(address)
    if name in ("INVALID_ARGUMENT", "400"):
        return RequestRefused(sentence)
    return ServerError(sentence)


def wrong_protocol(message: str) -> str:
    """The protocol that the peer does not speak, according to a message; empty if it is another."""
    lower = message.lower()
    phrases = {"TLS": NOT_TLS, "gRPC": NOT_GRPC, "HTTP": NOT_HTTP}
    return next((p for p, said in phrases.items() if any(each in lower for each in said)), "")


def unreachable(address: Address, error: BaseException | None = None) -> WordlightError:
    """The error if no server listens, the server went away, or it speaks another protocol.

    ``error`` is what a package for HTTP raised.
    """
    if error is not None:
        is_bad_line = isinstance(error, http.client.BadStatusLine)
        is_closed = isinstance(error, OSError)  # http.client has a bad line for that, too
        asked = "HTTP" if is_bad_line and not is_closed else wrong_protocol(str(error))
        if asked:
            return WrongProtocol(address, asked)
    return ServerUnreachable(address)


def too_late(address: Address, timeout_s: float | None = None) -> WordlightError:
    """The error if the answer did not come in time."""
    within = "in time" if timeout_s is None else f"within {timeout_s:g} s"
    return DeadlineExceeded(address, f"gave no answer {within}")


def _not_triton(status: str, address: Address) -> WordlightError:
    """The error if the answer is not Triton's JSON, but from a proxy or another kind of server."""
    if status in GATEWAY_STATUS:
        return ProxyRefused(address, status)
    return ServerError(f"{address} answered HTTP {status}, and not as Triton does")
