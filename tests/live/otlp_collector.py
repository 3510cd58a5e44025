"""A stand-in for an OpenTelemetry collector: a real receiver of OTLP over HTTP.

Python's exporter sends protobuf, Triton's sends JSON, whose ids are hexadecimal.
"""

from __future__ import annotations

import base64
import gzip
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

PATH = "/v1/traces"
IDS = {"traceId", "spanId", "parentSpanId"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A span as the collector received it; ids in hexadecimal, times in nanoseconds."""

    service: str
    name: str
    trace: str
    span: str
    parent: str
    start_ns: int
    end_ns: int
    is_error: bool
    attributes: dict[str, Any]
    links: tuple[tuple[str, str], ...]
    whole: bytes
    """All of it, as it came."""


@dataclass(slots=True)
class Collector:
    """Receives spans on a port of loopback until its context ends.

    Args:
        delay_s: How long it waits before it answers.
        status: What it answers.
        port: Where it listens; 0 means any free port.
    """

    delay_s: float = 0.0
    status: int = 200
    port: int = 0
    spans: list[Seen] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    n_requests: int = 0
    headers: list[dict[str, str]] = field(default_factory=list)
    ends: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """The endpoint, as `OTEL_EXPORTER_OTLP_ENDPOINT` has it."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Collector:
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.n_requests += 1
                collector.headers.append(dict(self.headers.items()))
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                collector.bodies.append(body)
                collector.ends.wait(collector.delay_s)
                status = collector.status if self.path == PATH else 404
                if status == 200:
                    is_json = self.headers["content-type"] == "application/json"
                    read = _from_json if is_json else ExportTraceServiceRequest.FromString
                    collector.spans.extend(_seen(read(body)))
                self.send_response(status)
                self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self.ends.set()
        self._server.shutdown()
        self._server.server_close()

    def of(self, trace: str) -> list[Seen]:
        """The spans of a trace, in the order of their beginnings."""
        found = [one for one in self.spans if one.trace == trace]
        return sorted(found, key=lambda one: one.start_ns)

    def wait_for(
        self, trace: str, is_enough: Callable[[list[Seen]], bool], within_s: float = 15.0
    ) -> list[Seen]:
        """The spans of a trace, once they are enough."""
        until_s = time.monotonic() + within_s
        while not is_enough(found := self.of(trace)):
            assert time.monotonic() < until_s, [(one.service, one.name) for one in found]
            time.sleep(0.05)
        return found


def _from_json(body: bytes) -> ExportTraceServiceRequest:
    """The request, whose ids protobuf's own JSON has in base64. Source: the OTLP specification."""
    return ParseDict(json.loads(body, object_hook=_in_base64), ExportTraceServiceRequest())


def _in_base64(one: dict[str, Any]) -> dict[str, Any]:
    return {
        name: base64.b64encode(bytes.fromhex(value)).decode() if name in IDS else value
        for name, value in one.items()
    }


def _seen(request: ExportTraceServiceRequest) -> list[Seen]:
    return [
        Seen(
            service=_values(of_one.resource.attributes).get("service.name", ""),
            name=span.name,
            trace=span.trace_id.hex(),
            span=span.span_id.hex(),
            parent=span.parent_span_id.hex(),
            start_ns=span.start_time_unix_nano,
            end_ns=span.end_time_unix_nano,
            is_error=span.status.code == 2,
            attributes=_values(span.attributes),
            links=tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
            whole=span.SerializeToString(),
        )
        for of_one in request.resource_spans
        for scope in of_one.scope_spans
        for span in scope.spans
    ]


def _values(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}
