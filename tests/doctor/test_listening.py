"""Ports that others hold, and servers that run, run partly, or are something else."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from wordlight.condition import Condition, Phase
from wordlight.doctor import Setup, State, _listening
from wordlight.doctor._listening import check_models, check_ports, holder, look_at_server
from wordlight.errors import PortTaken
from wordlight.serving import Ports

Serve = Callable[..., Setup]
POLL_S = 0.02


class Health(BaseHTTPRequestHandler):
    """The part of the front door that says how the server is."""

    condition = Condition(Phase.SERVING)

    def do_GET(self) -> None:
        assert self.path == "/health"
        self._answer(self.condition.ready, json.dumps(asdict(self.condition)).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Website(Health):
    """Something else that speaks HTTP."""

    def do_GET(self) -> None:
        self._answer(404, b"<html>not here</html>")


@pytest.fixture
def serving(setup: Setup) -> Iterator[Serve]:
    """Starts a server on a free port; the answer is a set-up with that HTTP port."""
    running = []

    def start(handler: type[Health] = Health, **facts: object) -> Setup:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (handler,), facts))
        running.append(server)
        threading.Thread(target=server.serve_forever, args=(POLL_S,), daemon=True).start()
        return replace(setup, ports=Ports(server.server_port, 0, 0))

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_no_server_is_absent_and_its_ports_are_free(setup: Setup) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    alone = replace(setup, ports=Ports(port, 0, 0))

    running = look_at_server(alone)

    assert running is None
    assert [found.state for found in check_models(alone, running)] == [State.ABSENT]
    assert [found.state for found in check_ports(alone, running)] == [State.OK]


def test_a_server_that_serves_holds_its_ports_rightly(serving: Serve) -> None:
    setup = serving()

    running = look_at_server(setup)

    assert running == Condition(Phase.SERVING)
    (server,), (ports,) = check_models(setup, running), check_ports(setup, running)
    assert server.seen == f"serves at http://127.0.0.1:{setup.ports.http}"
    assert ports.state is State.OK


def test_a_model_that_was_left_out_is_named(serving: Serve) -> None:
    setup = serving(condition=Condition(Phase.SERVING, left_out=("voices", "publish")))

    server, voices, publish = check_models(setup, look_at_server(setup))

    assert server.seen.endswith(", without voices, publish")
    assert (voices.code, voices.state) == ("MODEL_NOT_READY", State.ERROR)
    assert "publish" in publish.seen
    assert "serve --log FILE" in voices.remedy


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (Condition(Phase.STARTING, "loading f5_tts"), "it is starting (loading f5_tts)"),
        (Condition(Phase.SICK, sentence="voices ended"), "voices ended"),
        (Condition(Phase.DRAINING), "it is draining"),
    ],
)
def test_a_server_that_does_not_serve_says_why(
    serving: Serve, condition: Condition, why: str
) -> None:
    setup = serving(condition=condition)

    (found,) = check_models(setup, look_at_server(setup))

    assert (found.code, found.state) == ("SERVER_NOT_READY", State.ERROR)
    assert found.seen.endswith(why)


def test_a_website_on_the_port_is_no_server_but_holds_it(serving: Serve) -> None:
    setup = serving(Website)

    running = look_at_server(setup)
    (found,) = check_ports(setup, running)

    assert running is None
    assert (found.code, found.state) == ("PORT_TAKEN", State.ERROR)


def test_a_taken_port_is_told_with_who_holds_it(setup: Setup) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (found,) = check_ports(replace(setup, ports=Ports(0, port, 0)), None)

    assert (found.code, found.state) == ("PORT_TAKEN", State.ERROR)
    assert found.seen.startswith(f"port {port} for gRPC is in use by ")
    assert f"(pid {os.getpid()})" in found.seen
    by = found.seen.partition(" by ")[2]
    told = PortTaken(port, "gRPC", by)
    assert (found.seen, found.remedy) == (str(told), told.remedy)


def test_a_listener_that_never_answers_does_not_hold_us_up(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_listening, "ANSWER_WITHIN_S", 0.3)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert look_at_server(replace(setup, ports=Ports(silent.getsockname()[1], 0, 0))) is None


@pytest.mark.parametrize(("address", "port"), [("203.0.113.7", 0), ("127.0.0.1", 65_536)])
def test_an_address_or_port_that_cannot_be(setup: Setup, address: str, port: int) -> None:
    found = next(check_ports(replace(setup, address=address, ports=Ports(port, 0, 0)), None))

    assert (found.code, found.state) == ("ADDRESS_UNUSABLE", State.ERROR)
    assert f"{address}:{port} for HTTP" in found.seen


def test_nobody_holds_a_free_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    assert holder(port) == ""
