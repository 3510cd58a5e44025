"""The answers that a load balancer receives from /ping."""

from __future__ import annotations

import socket
import threading
import urllib.error
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from proxy import NOWHERE, PAST_PROXIES, proxy_variables, set_proxies

from wordlight.errors import PortTaken
from wordlight.serving import Ping, triton_is_ready


def answer(port: int, path: str = "/ping") -> int:
    try:
        with PAST_PROXIES.open(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_it_is_starting_until_first_ready_and_sick_when_ready_no_more() -> None:
    is_ready = iter([False, True, False])
    with Ping.at("127.0.0.1", 0, lambda: next(is_ready)) as ping:
        answers = [answer(ping.port) for _ in range(3)]

    assert answers == [204, 200, 503]


def test_nothing_else_is_there() -> None:
    with Ping.at("127.0.0.1", 0, lambda: True) as ping:
        assert answer(ping.port, "/v2/models") == 404


def test_it_listens_no_more_afterwards() -> None:
    with Ping.at("127.0.0.1", 0, lambda: True) as ping:
        port = ping.port

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)


def test_a_taken_port_is_refused_by_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken, match=f"(?s)port {port} for ping is in use.*--ping-port"):
            Ping.at("127.0.0.1", port, lambda: True)


@pytest.mark.parametrize(("status", "is_ready"), [(200, True), (400, False)])
def test_triton_is_ready_when_it_says_so_whatever_proxy_is_set(
    status: int, is_ready: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxies(monkeypatch, proxy_variables(NOWHERE))

    class Triton(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/v2/health/ready" else 404)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Triton) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = triton_is_ready("127.0.0.1", server.server_address[1])
        server.shutdown()

    assert found is is_ready


def test_triton_is_not_ready_where_nothing_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    assert not triton_is_ready("127.0.0.1", port)
