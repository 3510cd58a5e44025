"""The way of all spans out of the server: its processes send them here, and they go on from here.

Each exporter of OpenTelemetry has its own view of a collector that is down: Triton's writes two
lines into the log for each batch, Python's waits when its process ends. So they get a receiver on
loopback that always takes what they send. Only this relay meets the collector: it keeps what it
cannot send for a while, drops it then, and says once that something is wrong.
"""

from __future__ import annotations

import json
import logging
import operator
import ssl
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Full, Queue
from threading import Event, Thread
from types import TracebackType
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit

from wordlight.proxies import is_here
from wordlight.tracing import EVERY_MS, PATH, TraceSettings

logger = logging.getLogger(__name__)

HEADERS, CERTIFICATE = "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_CERTIFICATE"
CONTENT_TYPE, PROTOBUF, SPANS = "Content-Type", "application/x-protobuf", "resourceSpans"
PASSED = (CONTENT_TYPE, "Content-Encoding")
MOST_BYTES, MOST_BATCHES = 4 << 20, 64
"""The longest batch, and how many may wait: 256 MB at the very most. A span has about 0.7 KB."""
SEND_WITHIN_S, AGAIN_S, KEPT_S = 5.0, 1.0, 30.0
"""How long the collector may take for a batch; how soon a batch is sent again; how long it is kept.
"""
END_WITHIN_S = 1.0
LOOK_EVERY_S = 0.05
READ_WITHIN_S = 5.0
TO_SEND_AGAIN = {429, 502, 503, 504}
"""Source: the OTLP specification, "Retryable Response Codes"."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Spans as they came, and the headers that say how they are written."""

    body: bytes
    headers: Mapping[str, str]
    came_s: float


class TraceRelay:
    """Takes the spans of the server's processes, as a context manager, and sends them on.

    Args:
        settings: Where the spans go in the end.
        variables: The environment, with headers and a certificate for the collector.
    """

    def __init__(self, settings: TraceSettings, variables: Mapping[str, str]) -> None:
        self._collector = _Collector(settings.spans_url, variables)
        self._queue: Queue[Batch | None] = Queue(MOST_BATCHES)
        self._is_closed = Event()
        self._is_lost = False
        self._n_lost = 0
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"relay": self})
        )
        self._server.daemon_threads = True
        self.settings = replace(settings, url=f"http://127.0.0.1:{self._server.server_port}")
        """What the server's processes are told."""
        self._sender = Thread(target=self._work, name="traces", daemon=True)

    def __enter__(self) -> TraceRelay:
        listen = partial(self._server.serve_forever, LOOK_EVERY_S)
        Thread(target=listen, name="spans", daemon=True).start()
        self.take(b"", {CONTENT_TYPE: PROTOBUF})  # finds out at once whether somebody is there
        self._sender.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._is_closed.set()
        try:
            self._queue.put_nowait(None)
        except Full:  # nobody takes them: there is no hope for these either
            return
        self._sender.join(END_WITHIN_S)

    def take(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Keeps a batch until it is sent; drops it if too many wait."""
        try:
            self._queue.put_nowait(Batch(body, headers, time.monotonic()))
        except Full:
            self._n_lost += 1

    def _work(self) -> None:
        is_over = False
        while not is_over:
            waiting = [self._queue.get()]
            with suppress(Empty):
                while True:
                    waiting.append(self._queue.get_nowait())
            is_over = None in waiting
            for batch in together([one for one in waiting if one is not None]):
                self._send(batch)

    def _send(self, batch: Batch) -> None:
        """Sends a batch, again and again if that may help, until it is too old."""
        while True:
            why, may_help = self._collector.send(batch)
            if not why:
                self._found()
                return
            self._missed(why)
            is_old = time.monotonic() - batch.came_s > KEPT_S
            if not may_help or is_old or self._is_closed.wait(AGAIN_S):
                self._n_lost += 1
                return

    def _missed(self, why: str) -> None:
        if not self._is_lost:
            self._is_lost = True
            logger.warning(
                "traces cannot be sent to %s: %s. The server serves as before; spans are lost",
                self._collector.url,
                why,
            )

    def _found(self) -> None:
        if self._is_lost:
            self._is_lost, n_lost, self._n_lost = False, self._n_lost, 0
            logger.warning(
                "traces are sent to %s again; batches lost: %d", self._collector.url, n_lost
            )


class _Collector:
    """Who takes the spans in the end."""

    def __init__(self, url: str, variables: Mapping[str, str]) -> None:
        self.url = url
        self._headers = headers_in(variables.get(HEADERS, ""))
        handlers: list[urllib.request.BaseHandler] = []
        if is_here(urlsplit(url).hostname or ""):
            handlers.append(urllib.request.ProxyHandler({}))
        if authority := variables.get(CERTIFICATE):
            context = ssl.create_default_context(cafile=authority)
            handlers.append(urllib.request.HTTPSHandler(context=context))
        self._opener = urllib.request.build_opener(*handlers)

    def send(self, batch: Batch) -> tuple[str, bool]:
        """Why the batch was not taken, empty if it was; and whether to send it again may help."""
        headers = {**self._headers, **batch.headers}
        request = urllib.request.Request(self.url, batch.body, headers, method="POST")
        try:
            with self._opener.open(request, timeout=SEND_WITHIN_S):
                return "", False
        except HTTPError as error:
            error.close()
            return f"it answers with status {error.code}", error.code in TO_SEND_AGAIN
        except URLError as error:
            return str(error.reason), True
        except (OSError, HTTPException) as error:
            return str(error) or type(error).__name__, True


class _Handler(BaseHTTPRequestHandler):
    timeout = READ_WITHIN_S
    relay: TraceRelay

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        is_known = length.isdecimal() and int(length) <= MOST_BYTES
        if not is_known or self.path != PATH:
            self._answer(HTTPStatus.NOT_FOUND if is_known else HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(int(length))
        if len(body) == int(length):
            headers = {name: self.headers[name] for name in PASSED if name in self.headers}
            self.relay.take(body, headers)
            self._answer(HTTPStatus.OK)

    def _answer(self, status: HTTPStatus) -> None:
        self.send_response(status)
        self.send_header(CONTENT_TYPE, PROTOBUF)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Logs nothing: spans come all the time."""


def together(batches: Sequence[Batch]) -> list[Batch]:
    """The same spans in fewer batches, so that a slow collector gets all of them in time."""
    found: list[Batch] = []
    for kind, join in JOINED.items():
        alike = [one for one in batches if one.headers == {CONTENT_TYPE: kind}]
        for batch in alike:
            last = found[-1] if found and batch is not alike[0] else None
            if last is None or len(last.body) + len(batch.body) > MOST_BYTES:
                found.append(batch)
            else:
                found[-1] = replace(last, body=join(last.body, batch.body))
    known = [{CONTENT_TYPE: kind} for kind in JOINED]
    return [*found, *(one for one in batches if one.headers not in known)]


def _joined_json(one: bytes, other: bytes) -> bytes:
    """Two requests in one: both are objects whose only member is the list ``resourceSpans``."""
    try:
        spans = [span for body in (one, other) for span in json.loads(body)[SPANS]]
    except (ValueError, TypeError, KeyError):
        return one
    return json.dumps({SPANS: spans}).encode()


JOINED: Mapping[str, Callable[[bytes, bytes], bytes]] = {
    PROTOBUF: operator.add,  # protobuf appends what comes twice of a repeated field
    "application/json": _joined_json,
}


def headers_in(text: str) -> dict[str, str]:
    """The headers in ``OTEL_EXPORTER_OTLP_HEADERS``.

    >>> headers_in("authorization=Bearer%20abc, x-scope = a")
    {'authorization': 'Bearer abc', 'x-scope': 'a'}
    """
    pairs = (part.partition("=") for part in text.split(",") if "=" in part)
    return {name.strip(): unquote(value.strip()) for name, _, value in pairs}


def triton_options(settings: TraceSettings) -> list[str]:
    """Triton's options: it traces the requests that carry a ``traceparent``, and no others."""
    chosen = (
        "mode=opentelemetry",
        f"opentelemetry,url={settings.spans_url}",
        f"opentelemetry,resource=service.name={settings.name_of('triton')}",
        f"opentelemetry,bsp_schedule_delay={EVERY_MS}",
        "level=TIMESTAMPS",
        "rate=0",
    )
    return [f"--trace-config={one}" for one in chosen]
