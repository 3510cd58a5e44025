"""``GET /ping`` for a load balancer, from the first second on."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import asdict
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from wordlight.errors import PortTaken
from wordlight.serving._board import Board
from wordlight.serving._ports import probe_port

LOOK_EVERY_S = 0.05
"""How soon it sees that it should end."""


class Ping:
    """A small HTTP server, as a context manager, that answers with the condition on the board.

    The status is `Condition.ping`; the body of a 200 or 503 is the condition as JSON.
    """

    def __init__(self, server: ThreadingHTTPServer, board: Board) -> None:
        self._server = server
        self.board = board

    @classmethod
    def at(cls, address: str, port: int, board: Board) -> Ping:
        """A server that listens now, and answers once it is entered; port 0 means any free port.

        Raises:
            PortTaken: Another process listens there.
            AddressUnusable: The machine has no such address, or the user may not have the port.
        """
        probe_port(address, port, "ping")
        kind = _Server6 if ":" in address else ThreadingHTTPServer
        try:
            server = kind((address, port), _Handler)
        except OSError as error:
            raise PortTaken(port, "ping") from error
        server.daemon_threads = True
        ping = cls(server, board)
        server.RequestHandlerClass = type("Handler", (_Handler,), {"ping": ping})
        return ping

    @property
    def port(self) -> int:
        """The port on which the server listens."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Ping:
        work = partial(self._server.serve_forever, LOOK_EVERY_S)
        threading.Thread(target=work, name="ping", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server6(ThreadingHTTPServer):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    ping: Ping

    def do_GET(self) -> None:
        condition = self.ping.board.condition
        status = condition.ping if self.path == "/ping" else HTTPStatus.NOT_FOUND
        has_body = status in (HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE)
        body = json.dumps(asdict(condition)).encode() if has_body else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Logs nothing, because a load balancer asks every few seconds."""
