"""A proxy to the S3 server that can be slow, cut connections, or answer by itself."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable

BUCKET = "weights"


def _nothing() -> None:
    pass


class Wire:
    """A TCP proxy to the server. Its attributes set its faults."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._guard = threading.Lock()
        self._next_s = 0.0
        self.mend()
        threading.Thread(target=self._accept, daemon=True).start()

    def mend(self) -> None:
        """Removes all faults and sets all counts to zero."""
        self.rate_bytes_s = 0.0
        self.chunk_bytes = 16384
        self.cut_after_bytes = 0
        self.n_cuts = 0
        self.answers: list[bytes] = []
        self.always: bytes = b""
        self.n_down_bytes = 0
        self.n_connections = 0
        self.then_at_bytes = 0
        self.then: Callable[[], object] = _nothing

    def die(self) -> None:
        """Cuts every open connection soon, and answers new ones with a 503."""
        self.cut_after_bytes, self.n_cuts = 1, 1000
        self.always = refusal(503, "SlowDown")

    def close(self) -> None:
        self._listener.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.n_connections += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            with self._guard:
                canned = self.answers.pop(0) if self.answers else self.always
            if canned:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += client.recv(65536)
                client.sendall(canned)
                return
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.chunk_bytes)
            with socket.create_connection(("127.0.0.1", self._to_port)) as server:
                threading.Thread(target=self._up, args=(client, server), daemon=True).start()
                self._down(server, client)

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        n_sent = 0
        while data := server.recv(self.chunk_bytes):
            if self.cut_after_bytes and self.n_cuts and n_sent + len(data) > self.cut_after_bytes:
                self.n_cuts -= 1
                client.sendall(data[: max(0, self.cut_after_bytes - n_sent)])
                client.shutdown(socket.SHUT_RDWR)
                return
            self._wait(len(data))
            client.sendall(data)
            n_sent += len(data)
            with self._guard:
                self.n_down_bytes += len(data)
                due = self.then_at_bytes and self.n_down_bytes >= self.then_at_bytes
                then, self.then_at_bytes = self.then, 0 if due else self.then_at_bytes
            if due:
                then()

    def _wait(self, n_bytes: int) -> None:
        if not self.rate_bytes_s:
            return
        with self._guard:
            now_s = time.monotonic()
            self._next_s = max(self._next_s, now_s) + n_bytes / self.rate_bytes_s
            pause_s = self._next_s - now_s
        time.sleep(pause_s)


def refusal(status: int, code: str, message: str = "no") -> bytes:
    """A refusal as S3 sends it. A HEAD reads only its status line, a GET also its body."""
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: application/xml\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
