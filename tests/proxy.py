"""A real forward proxy on loopback, HTTP and CONNECT, that records what it is asked for."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import pytest

Manner = Literal["forwards", "refuses", "keeps silent"]
Place = tuple[str, int]

SPELLINGS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "GRPC_PROXY")
EXCEPTIONS = ("NO_PROXY", "no_proxy", "no_grpc_proxy")
NOWHERE = "http://127.0.0.1:9"
"""The port of RFC 863, where nothing listens."""
PAST_PROXIES = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""urllib for servers of a test's own: by itself it would ask for loopback through a proxy too."""
PIECE_BYTES = 1 << 16
WAIT_S = 30.0
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def proxy_variables(url: str) -> dict[str, str]:
    """Every spelling of a proxy's address that some program reads."""
    return {name: url for spelling in SPELLINGS for name in (spelling, spelling.lower())}


@dataclass
class Proxy:
    """A running proxy: ``asked`` has the first line of every request that reached it.

    ``names`` are hosts that it alone can find: a host and port, and where that is.
    """

    manner: Manner = "forwards"
    names: Mapping[Place, Place] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def variables(self) -> dict[str, str]:
        return proxy_variables(self.url)

    def answer(self, client: socket.socket) -> None:
        """Answers one request and everything that follows on its connection."""
        head = _head(client)
        if not head:
            return
        line, _, rest = head.partition(b"\r\n")
        self.asked.append(line.decode())
        method, target, version = line.split()
        if self.manner == "refuses":
            client.sendall(REFUSAL)
        elif self.manner == "keeps silent":
            client.recv(PIECE_BYTES)  # until it gives up
        elif method == b"CONNECT":
            with socket.create_connection(self._place(f"//{target.decode()}"), WAIT_S) as server:
                client.sendall(version + b" 200 Connection established\r\n\r\n")
                _relay(client, server)
        else:
            url = target.decode()
            path = url.split("/", 3)[3]
            with socket.create_connection(self._place(url), WAIT_S) as server:
                lines = [f"{method.decode()} /{path} ".encode() + version, b"Connection: close"]
                kept = [x for x in rest.split(b"\r\n") if not x.lower().startswith(b"connection:")]
                server.sendall(b"\r\n".join([*lines, *kept]))
                _relay(client, server)

    def _place(self, url: str) -> Place:
        parts = urlsplit(url)
        assert parts.hostname
        place = (parts.hostname, parts.port or 80)
        return self.names.get(place, place)


@contextlib.contextmanager
def proxy(
    manner: Manner = "forwards", names: Mapping[Place, Place] | None = None
) -> Iterator[Proxy]:
    """The proxy while the block runs."""
    running = Proxy(manner, names or {})

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(WAIT_S)
            with contextlib.suppress(OSError):
                running.answer(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def server_close(self) -> None:
            self.socket.close()  # silent requests are not waited for

    with Server(("127.0.0.1", 0), Handler) as server:
        running.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield running
        server.shutdown()


def set_proxies(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    """The proxies of the environment are these and no others."""
    for name in (*proxy_variables(""), *EXCEPTIONS):
        monkeypatch.setenv(name, "")  # so that it is restored afterwards, whoever sets it meanwhile
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def _head(client: socket.socket) -> bytes:
    """A request up to and with its empty line; what follows stays in the socket."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = client.recv(1)
        if not byte:
            return b""
        head += byte
    return head


def _relay(client: socket.socket, server: socket.socket) -> None:
    back = threading.Thread(target=_pump, args=(server, client), daemon=True)
    back.start()
    _pump(client, server)
    back.join(WAIT_S)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
