"""The answers that a load balancer receives from /ping."""

from __future__ import annotations

import json
import socket
import urllib.error
from http.client import HTTPConnection

import pytest
from proxy import PAST_PROXIES

from wordlight.condition import Phase
from wordlight.errors import PortTaken, ServerFailed
from wordlight.serving import Board, Ping


def answer(port: int, path: str = "/ping") -> int:
    try:
        with PAST_PROXIES.open(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_it_is_starting_until_first_ready_and_sick_when_ready_no_more() -> None:
    board, answers = Board(), []
    with Ping.at("127.0.0.1", 0, board) as ping:
        answers.append(answer(ping.port))
        for phase in (Phase.SERVING, Phase.SICK, Phase.SERVING, Phase.DRAINING):
            board.post(phase)
            answers.append(answer(ping.port))

    assert answers == [204, 200, 503, 200, 503]


def test_the_reason_is_told_as_json() -> None:
    board = Board()
    board.post(Phase.SICK, problem=ServerFailed("the process of f5_tts ended", "ask its log"))
    with Ping.at("127.0.0.1", 0, board) as ping:
        connection = HTTPConnection("127.0.0.1", ping.port, timeout=5)
        connection.request("GET", "/ping")
        told = json.loads(connection.getresponse().read())
        connection.close()

    assert told["phase"] == "sick"
    assert told["sentence"] == "the process of f5_tts ended"
    assert told["remedy"] == "ask its log"


def test_nothing_else_is_there() -> None:
    with Ping.at("127.0.0.1", 0, Board()) as ping:
        assert answer(ping.port, "/v2/models") == 404


def test_it_listens_no_more_afterwards() -> None:
    with Ping.at("127.0.0.1", 0, Board()) as ping:
        port = ping.port

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)


def test_a_taken_port_is_refused_by_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken, match=f"(?s)port {port} for ping is in use.*--ping-port"):
            Ping.at("127.0.0.1", port, Board())
