"""The front door's part of a trace: a span for each inference. Triton's spans lie within it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wordlight.tracing import NO_SPAN, Carrier, Role, Span, Tracer, TraceSettings, tracer

if TYPE_CHECKING:
    from wordlight.front._visit import Visit

CARRIED = ("traceparent", "tracestate")
"""The headers over HTTP, and the metadata over gRPC, in which a caller's trace comes."""
LONGEST = 512
"""The most characters of each. Source: W3C Trace Context, "tracestate Limits"."""


class _Passed(Span):
    """No span: Triton gets the caller's trace as it came."""

    __slots__ = ("_carrier",)

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def carried(self) -> Carrier:
        """The caller's own headers."""
        return self._carrier


class Tracing:
    """The traces of the front door. Without settings there are none, and nothing is loaded.

    Args:
        settings: Where spans go, and of how many requests.

    Raises:
        ImportError: The packages of the extra ``traces`` are missing.
    """

    def __init__(self, settings: TraceSettings | None = None) -> None:
        self._tracer: Tracer | None = tracer(settings, "front") if settings else None

    def begin(self, name: str, headers: Iterable[tuple[str | bytes, str | bytes]]) -> Span:
        """The span of a request, within the caller's trace if it brings one.

        What `Span.carried` returns goes to Triton with the request: as headers over HTTP, as
        metadata over gRPC. It is empty for a request that is not traced, and Triton then makes no
        spans either. `Span.end` takes the code of the problem, if there was one.

        Args:
            name: What is asked, such as ``POST /v2/models/{model}/infer``; never a caller's text.
            headers: The request's headers or metadata.
        """
        carrier = _carrier(headers)
        if self._tracer is None:
            return _Passed(carrier) if carrier else NO_SPAN
        return self._tracer.begin(name, carrier, Role.SERVER)

    def close(self) -> None:
        """Sends what is left, for at most a moment."""
        if self._tracer is not None:
            self._tracer.close()


def end(visit: Visit) -> None:
    """Ends the span of a request."""
    facts: dict[str, str | int | float] = {
        "model": visit.model,
        "request_id": visit.request_id,
        "http.response.status_code": int(visit.status),
        "http.request.body.size": visit.received,
        "http.response.body.size": visit.sent,
    }
    if visit.expected_s is not None:
        facts["expected_s"] = round(visit.expected_s, 2)
    visit.span.end(visit.code, **facts)


def _carrier(headers: Iterable[tuple[str | bytes, str | bytes]]) -> Carrier:
    """The caller's trace; of a header that comes twice, the first."""
    found: dict[str, str] = {}
    for name, value in headers:
        known = _text(name).lower()
        if known in CARRIED and len(value) <= LONGEST:
            found.setdefault(known, _text(value))
    return found


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
