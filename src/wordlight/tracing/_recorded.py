"""Spans that OpenTelemetry's SDK records, and sends in the background."""

from __future__ import annotations

import atexit
import logging
from threading import Thread

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from wordlight.tracing._settings import EVERY_MS, TraceSettings
from wordlight.tracing._spans import NO_SPAN, Carrier, Fact, Role, Span

MOST_WAITING = 4096
SEND_WITHIN_S = 2.0
"""The receiver is on this machine: `wordlight serve` passes the spans on."""
CLOSE_WITHIN_S = 0.4
MOST_LINKS = 16
"""Links of a span. A long narration is spoken beside very many others, one after the other."""

_KINDS = {
    Role.SERVER: SpanKind.SERVER,
    Role.CLIENT: SpanKind.CLIENT,
    Role.INTERNAL: SpanKind.INTERNAL,
}
_CONTEXT = TraceContextTextMapPropagator()


class Recorder:
    """Makes spans of one process. Threads may share it.

    Args:
        settings: Where they go, and of how many requests.
        part: The part of the server that this process is.
    """

    def __init__(self, settings: TraceSettings, part: str) -> None:
        # What cannot be sent is lost. `wordlight serve` says so, once for all processes.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(settings.ratio)),
            resource=Resource.create({SERVICE_NAME: settings.name_of(part)}),
            shutdown_on_exit=False,  # it would wait for as long as the receiver likes
        )
        exporter = OTLPSpanExporter(settings.spans_url, timeout=SEND_WITHIN_S)
        self._provider.add_span_processor(
            BatchSpanProcessor(exporter, MOST_WAITING, schedule_delay_millis=EVERY_MS)
        )
        self._tracer = self._provider.get_tracer("wordlight")
        atexit.register(self.close)

    def begin(self, name: str, carrier: Carrier, role: Role = Role.INTERNAL, **facts: Fact) -> Span:
        """A span within what the carrier names; without that, the beginning of a trace."""
        context = _CONTEXT.extract(carrier)
        span = self._tracer.start_span(name, context, _KINDS[role], _named(facts))
        return Recorded(self._tracer, span) if span.is_recording() else NO_SPAN

    def close(self) -> None:
        """Sends what is left, for at most `CLOSE_WITHIN_S`."""
        atexit.unregister(self.close)
        closing = Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(CLOSE_WITHIN_S)


class Recorded(Span):
    """A span that is recorded. Threads may share it."""

    __slots__ = ("_linked", "_span", "_tracer")

    def __init__(self, tracer: trace.Tracer, span: trace.Span) -> None:
        self._tracer, self._span = tracer, span
        self._linked: set[int] = set()

    @property
    def is_traced(self) -> bool:
        """True."""
        return True

    def carried(self) -> Carrier:
        """What makes a call to another process part of this trace."""
        carrier: dict[str, str] = {}
        _CONTEXT.inject(carrier, trace.set_span_in_context(self._span))
        return carrier

    def begin(self, name: str, role: Role = Role.INTERNAL, **facts: Fact) -> Span:
        """A new span within this one."""
        context = trace.set_span_in_context(self._span)
        span = self._tracer.start_span(name, context, _KINDS[role], _named(facts))
        return Recorded(self._tracer, span)

    def link(self, other: Span) -> None:
        """Points at another recorded span, unless it does already or has `MOST_LINKS`."""
        if not isinstance(other, Recorded):
            return
        context = other._span.get_span_context()
        if len(self._linked) < MOST_LINKS and context.span_id not in self._linked:
            self._linked.add(context.span_id)
            self._span.add_link(context)

    def end(self, code: str = "", **facts: Fact) -> None:
        """Ends the span, as an error if there is a code. Only the first end counts."""
        if not self._span.is_recording():
            return
        self._span.set_attributes(_named(facts))
        if code:
            self._span.set_attribute("error.type", code)
            self._span.set_status(Status(StatusCode.ERROR, code))
        self._span.end()


def _named(facts: dict[str, Fact]) -> dict[str, Fact]:
    return {
        name if "." in name else f"wordlight.{name}": value
        for name, value in facts.items()
        if value != ""
    }
