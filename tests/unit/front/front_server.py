"""A small ASGI application in Triton's place, on a real port, and the front door before it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from wordlight.front import Condition, FrontConfig, Limits, Phase
from wordlight.front._app import application
from wordlight.front._hall import Hall
from wordlight.front._protocol import connection_type

STARTS_WITHIN_S = 10.0
WAITS_AT_MOST_S = 10.0
LANGUAGE = {"name": "LANGUAGE", "shape": [1, 1], "datatype": "BYTES", "data": ["en"]}


def request(**changes: Any) -> dict[str, Any]:
    """A good request to the model `voices`."""
    return {"inputs": [LANGUAGE], **changes}


@dataclass
class Upstream:
    """What came, and what is answered. ``holds`` keeps answers back until `release` is set."""

    status: int = 200
    body: bytes = b'{"model_name":"voices"}'
    headers: dict[str, str] = field(default_factory=dict)
    parts: tuple[bytes, ...] = ()
    holds: bool = False
    breaks_off: bool = False
    release: threading.Event = field(default_factory=threading.Event)
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    n_closed: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.n_closed += 1
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.came.append((scope["path"], headers, body))
        if "cancel" in scope["path"]:
            await self._send(send, 200, b"{}")
            return
        while self.holds and not self.release.is_set():
            await asyncio.sleep(0.01)
        await self._send(send, self.status, *(self.parts or (self.body,)))

    async def _send(self, send: Any, status: int, *parts: bytes) -> None:
        breaks_off = self.breaks_off  # the next test may begin before this request is over
        length = {} if self.parts else {"content-length": str(len(parts[0]))}
        headers = {"content-type": "application/json", **length, **self.headers}
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
            await asyncio.sleep(0.01)
        if not breaks_off:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def asked(self, what: str) -> list[tuple[str, dict[str, str], bytes]]:
        """The requests to a path that ends so."""
        return [one for one in self.came if one[0].endswith(what)]


@dataclass
class Front:
    """A front door that runs, the upstream behind it, and the file of its condition."""

    url: str
    upstream: Upstream
    condition: Path
    hall: Hall
    client: httpx.Client

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def infer(self, request: Any, model: str = "voices", **more: Any) -> httpx.Response:
        """The answer to an ``infer`` request; a dict is sent as JSON, bytes as they are."""
        content = request if isinstance(request, bytes) else json.dumps(request).encode()
        return self.client.post(f"{self.url}/v2/models/{model}/infer", content=content, **more)

    def say(self, condition: Condition) -> None:
        """Writes how the server is."""
        condition.write(self.condition)

    def connect(self, text: bytes = b"") -> socket.socket:
        """A plain connection, over which this text was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), 5)
        connection.sendall(text)
        return connection


@contextmanager
def running(app: Any, **settings: Any) -> Iterator[int]:
    """The port of an application that runs in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, **settings)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until(lambda: server.started, STARTS_WITHIN_S)
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = server.force_exit = True
        thread.join(STARTS_WITHIN_S)
        listener.close()


@contextmanager
def front(folder: Path, limits: Limits | None = None, **settings: Any) -> Iterator[Front]:
    """A front door of these limits and settings, which serves."""
    condition, upstream = folder / "condition.json", Upstream()
    Condition(Phase.SERVING).write(condition)
    with running(upstream, lifespan="off") as behind:
        config = FrontConfig(behind, behind, condition, limits=limits or Limits(), **settings)
        hall = Hall.of(config)
        protocol = connection_type(config.limits)
        with running(application(hall), http=protocol) as port, httpx.Client() as client:
            yield Front(f"http://127.0.0.1:{port}", upstream, condition, hall, client)


def until(is_so: Callable[[], object], within_s: float = WAITS_AT_MOST_S) -> None:
    """Waits until something is so."""
    deadline_s = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline_s, "it never came about"
        time.sleep(0.01)
