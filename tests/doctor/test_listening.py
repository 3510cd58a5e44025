"""Ports that others hold, and servers that run, run partly, or are something else."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from wordlight.doctor import Setup, State, _listening
from wordlight.doctor._listening import Running, check_models, check_ports, holder, look_at_server
from wordlight.errors import PortTaken
from wordlight.serving import Ports

READY = {"name": "voices", "version": "1", "state": "READY"}
FAILED = {
    "name": "f5_tts", "version": "1", "state": "UNAVAILABLE",
    "reason": "WEIGHTS_MISSING: weights 'f5_tts': /w is missing\n\nAt:\n  model.py(9)",
}  # fmt: skip

Serve = Callable[..., Setup]
POLL_S = 0.02


class V2(BaseHTTPRequestHandler):
    """The part of Triton's HTTP that reports its health and its models."""

    is_ready = True
    index: tuple[dict[str, Any], ...] = ()

    def do_GET(self) -> None:
        paths = {"/v2": b'{"name": "triton", "version": "2.51.0"}', "/v2/health/live": b""}
        if self.is_ready:
            paths["/v2/health/ready"] = b""
        self._answer(200 if self.path in paths else 400, paths.get(self.path, b""))

    def do_POST(self) -> None:
        self._answer(200, json.dumps(self.index).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Website(V2):
    """Something else that speaks HTTP."""

    def do_GET(self) -> None:
        self._answer(404, b"<html>not here</html>")


@pytest.fixture
def serving(setup: Setup) -> Iterator[Serve]:
    """Starts a server on a free port; the answer is a set-up with that HTTP port."""
    running = []

    def start(handler: type[V2] = V2, **facts: object) -> Setup:
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


def test_a_server_whose_models_are_ready_holds_its_ports_rightly(serving: Serve) -> None:
    setup = serving(index=(READY,))

    running = look_at_server(setup)

    assert running == Running("2.51.0", True, {"voices": None})
    (server,), (ports,) = check_models(setup, running), check_ports(setup, running)
    assert "Triton 2.51.0" in server.seen
    assert "1 of 1 models ready" in server.seen
    assert ports.state is State.OK


def test_an_unready_model_is_named_with_its_reason_and_no_traceback(serving: Serve) -> None:
    setup = serving(index=(READY, FAILED, {"name": "narrate"}), is_ready=False)

    server, f5_tts, narrate = check_models(setup, look_at_server(setup))

    assert "1 of 3 models ready" in server.seen
    assert (f5_tts.code, f5_tts.state) == ("MODEL_NOT_READY", State.ERROR)
    assert f5_tts.seen.endswith("WEIGHTS_MISSING: weights 'f5_tts': /w is missing")
    assert "it was not loaded" in narrate.seen
    assert "serve --log FILE" in f5_tts.remedy


def test_a_server_that_is_still_loading(serving: Serve) -> None:
    setup = serving(index=(), is_ready=False)

    (found,) = check_models(setup, look_at_server(setup))

    assert (found.code, found.state) == ("SERVER_NOT_READY", State.ERROR)


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
