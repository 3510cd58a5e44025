"""Servers on loopback that answer every request in the same, mostly useless, way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CLOSE = b"Connection: close\r\n\r\n"
FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n" + CLOSE
WHO_ARE_YOU = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n" + CLOSE
A_PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n" + CLOSE
    + b"<html>Log in!</html>"
)  # fmt: skip
NOISE = b"\x00\x01 no HTTP at all \x1b[31m\r\n\r\n"


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """The URL of a server that gives this answer to every request, or with ``None`` no answer."""
    listener = socket.create_server(("127.0.0.1", 0))
    opened: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            opened.append(connection)
            if answer is not None:
                connection.recv(1 << 16)
                connection.sendall(answer)
                connection.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in opened:
            connection.close()


def no_way_out() -> dict[str, str]:
    """The variables of somebody whose every request ends at a proxy that is not there."""
    nobody = f"http://127.0.0.1:{port_of_nobody()}"
    return {"HTTPS_PROXY": nobody, "HTTP_PROXY": nobody, "ALL_PROXY": nobody}


def port_of_nobody() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
