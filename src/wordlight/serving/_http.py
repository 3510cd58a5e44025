"""Requests over HTTP to a server on this machine, without any proxy.

``http.client`` ignores proxy variables; ``urllib`` would use ``HTTP_PROXY`` for loopback too.
"""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException

from wordlight.proxies import reached_at


def ask(
    address: str, port: int, path: str, *, method: str = "GET", timeout_s: float = 5.0
) -> tuple[int, bytes] | None:
    """Status and body of the answer; None if nothing answers.

    Args:
        address: As given to ``--address``. ``0.0.0.0`` and ``::`` are asked at loopback.
        port: Where the server listens.
        path: With or without a leading slash.
        method: GET, or POST with an empty body.
        timeout_s: How long to wait for the connection, and for each part of the answer.
    """
    connection = HTTPConnection(reached_at(address), port, timeout=timeout_s)
    try:
        connection.request(method, f"/{path.removeprefix('/')}")
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
