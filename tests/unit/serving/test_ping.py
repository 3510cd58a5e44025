"""What a load balancer hears at /ping."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest

from wordlight.errors import PortTaken
from wordlight.serving._ping import Ping


def answer(port: int, path: str = "/ping") -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_it_is_starting_until_first_ready_and_sick_when_ready_no_more() -> None:
    with Ping.at("127.0.0.1", 0) as ping:
        starting = answer(ping.port)
        ping.is_ready = lambda: True
        ready = answer(ping.port)
        ping.is_ready = lambda: False
        sick = answer(ping.port)

    assert (starting, ready, sick) == (204, 200, 503)


def test_nothing_else_is_there() -> None:
    with Ping.at("127.0.0.1", 0) as ping:
        assert answer(ping.port, "/v2/models") == 404


def test_it_listens_no_more_afterwards() -> None:
    with Ping.at("127.0.0.1", 0) as ping:
        port = ping.port

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)


def test_a_taken_port_is_refused_by_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken, match=f"port {port} for ping is in use.*--ping-port"):
            Ping.at("127.0.0.1", port)
