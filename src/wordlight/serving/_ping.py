"""``GET /ping`` for a load balancer, from the first second on.

RunPod's load balancer takes status 204 for a worker that is still starting, 200 for one that
serves, and any other status for a sick one.
Source: https://docs.runpod.io/serverless/load-balancing/overview
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from wordlight.errors import PortTaken
from wordlight.serving._http import ask

TIMEOUT_S = 5.0


def triton_is_ready(address: str, http_port: int) -> bool:
    """Whether a tritonserver there reports that all its models are ready."""
    answer = ask(address, http_port, "v2/health/ready", timeout_s=TIMEOUT_S)
    return answer is not None and answer[0] == HTTPStatus.OK


class Ping:
    """A small HTTP server, as a context manager. Every ping calls ``is_ready``.

    The answer is 204 until ``is_ready`` is true for the first time. From then on it is 200 while
    ``is_ready`` is true, and 503 while it is false.
    """

    def __init__(self, server: ThreadingHTTPServer, is_ready: Callable[[], bool]) -> None:
        self._server = server
        self._is_ready = is_ready
        self._has_been_ready = False

    @classmethod
    def at(cls, address: str, port: int, is_ready: Callable[[], bool]) -> Ping:
        """A server that listens now, and answers once it is entered; port 0 means any free port.

        Raises:
            PortTaken: Another process listens there.
        """
        try:
            server = ThreadingHTTPServer((address, port), _Handler)
        except OSError as error:
            raise PortTaken(port, "ping") from error
        server.daemon_threads = True
        ping = cls(server, is_ready)
        server.RequestHandlerClass = type("Handler", (_Handler,), {"ping": ping})
        return ping

    @property
    def port(self) -> int:
        """The port on which the server listens."""
        return int(self._server.server_address[1])

    def status(self) -> HTTPStatus:
        """The status that a ping would get now."""
        if self._is_ready():
            self._has_been_ready = True
            return HTTPStatus.OK
        return HTTPStatus.SERVICE_UNAVAILABLE if self._has_been_ready else HTTPStatus.NO_CONTENT

    def __enter__(self) -> Ping:
        threading.Thread(target=self._server.serve_forever, name="ping", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    ping: Ping

    def do_GET(self) -> None:
        status = self.ping.status() if self.path == "/ping" else HTTPStatus.NOT_FOUND
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Logs nothing, because a load balancer asks every few seconds."""
