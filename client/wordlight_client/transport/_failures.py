"""What a server or the way to it says went wrong → the error of our own tree."""

from __future__ import annotations

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
"""gRPC's own sentences for a peer that is not there or went away."""
WRONG_PROTOCOL = "http1.x server"
UNKNOWN_MODEL = "request for unknown model"
GATEWAY_STATUS = {"502", "503", "504"}
"""HTTP statuses of a proxy that found no server behind it."""
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
    """The error behind a refusal: the server's own by its code, else by the protocol's status.

    What the server refuses is said in the arguments' names, not the tensors'.

    ``status`` is tritonclient's: ``StatusCode.UNAVAILABLE`` or ``503``.

    >>> failure("in ensemble 'narrate', EMPTY_TEXT: TEXT is empty", "400", Address("http", "h:1"))
    EmptyText('text is empty')
    """
    own = revived(message)
    if own is not None:
        return in_arguments(own)
    name = (status or "").rpartition(".")[2]
    first, *_ = _PREFIX.sub("", message).strip().split("\n\n")  # what follows is a stub's traceback
    sentence = first or f"the server answered {name or 'nothing'}"
    lower = sentence.lower()
    if name in ("DEADLINE_EXCEEDED", "499"):
        return too_late(address, timeout_s)
    if any(phrase in lower for phrase in BUSY):
        return ServerBusy(sentence, address)
    if WRONG_PROTOCOL in lower:
        return WrongProtocol(address)
    if lower.startswith(UNKNOWN_MODEL):
        return ModelMissing(address, sentence)
    if lower.startswith(UNDECODABLE):
        return _not_triton(name, address)
    if name == "UNAVAILABLE" and any(phrase in lower for phrase in GONE):
        return unreachable(address)
    if name in ("INVALID_ARGUMENT", "400"):
        return RequestRefused(sentence)
    return ServerError(sentence)


def unreachable(address: Address) -> WordlightError:
    """Nothing listens, or it went away in the middle."""
    return ServerUnreachable(address)


def too_late(address: Address, timeout_s: float | None = None) -> WordlightError:
    """The answer did not come in the time given."""
    within = "in time" if timeout_s is None else f"within {timeout_s:g} s"
    return DeadlineExceeded(address, f"gave no answer {within}")


def _not_triton(status: str, address: Address) -> WordlightError:
    """An answer that is no Triton's JSON: a proxy's page, or another server altogether."""
    if status in GATEWAY_STATUS:
        return ProxyRefused(address, status)
    return ServerError(f"{address} answered HTTP {status}, and not as Triton does")
