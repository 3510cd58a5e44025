"""Our own server is reached at its address, past every proxy."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from proxy import proxy, set_proxies

from wordlight.serving import ask

Listen = Callable[[str], int]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.answer(200 if self.path == "/v2" else 400, b"GET " + self.path.encode())

    def do_POST(self) -> None:
        self.answer(200, f"POST {self.headers['Content-Length']}".encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Starts a server on an address; the answer is its port."""
    running: list[ThreadingHTTPServer] = []

    def start(address: str) -> int:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        kind = type("Server", (ThreadingHTTPServer,), {"address_family": family})
        server: ThreadingHTTPServer = kind((address, 0), Handler)
        running.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server.server_port

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_status_and_body_come_whatever_the_status(listen: Listen) -> None:
    port = listen("127.0.0.1")

    assert ask("127.0.0.1", port, "/v2") == (200, b"GET /v2")
    assert ask("127.0.0.1", port, "v2/health/ready") == (400, b"GET /v2/health/ready")
    assert ask("127.0.0.1", port, "v2/repository/index", method="POST") == (200, b"POST 0")


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1", "127.0.0.2", "localhost"])
def test_an_address_is_asked_as_the_server_has_it(listen: Listen, address: str) -> None:
    port = listen("0.0.0.0")

    assert ask(address, port, "v2") == (200, b"GET /v2")


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
@pytest.mark.parametrize("address", ["::", "::1", "[::1]", "[::]"])
def test_ipv6_is_asked_too(listen: Listen, address: str) -> None:
    port = listen("::1")

    assert ask(address, port, "v2") == (200, b"GET /v2")


@pytest.mark.parametrize("manner", ["refuses", "keeps silent"])
def test_no_proxy_is_asked(listen: Listen, manner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = listen("127.0.0.1")
    with proxy(manner) as running:
        set_proxies(monkeypatch, running.variables)

        assert ask("127.0.0.1", port, "v2") == (200, b"GET /v2")
        assert running.asked == []


def test_nothing_listens() -> None:
    with socket.socket() as taken:  # bound, never listening
        taken.bind(("127.0.0.1", 0))

        assert ask("127.0.0.1", taken.getsockname()[1], "v2") is None


def test_what_listens_says_nothing_or_no_http() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert ask("127.0.0.1", silent.getsockname()[1], "v2", timeout_s=0.2) is None
    with socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=_greet, args=(other,), daemon=True).start()
        assert ask("127.0.0.1", other.getsockname()[1], "v2") is None


def _greet(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(1 << 16)
        connection.sendall(b"220 mail.example ESMTP\r\n")
