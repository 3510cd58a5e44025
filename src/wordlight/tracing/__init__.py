"""OpenTelemetry traces: what was done for a request, step by step. docs/traces.md shows them.

Without `tracer` nothing of OpenTelemetry is imported, and no span is made.
"""

from wordlight.tracing._current import carried, current, stage, under
from wordlight.tracing._settings import EVERY_MS, PACKAGE, PATH, SERVICE, TraceSettings
from wordlight.tracing._spans import NO_SPAN, Carrier, Role, Span, Tracer, code_of, link
from wordlight.tracing._start import tracer

__all__ = [
    "EVERY_MS",
    "NO_SPAN",
    "PACKAGE",
    "PATH",
    "SERVICE",
    "Carrier",
    "Role",
    "Span",
    "TraceSettings",
    "Tracer",
    "carried",
    "code_of",
    "current",
    "link",
    "stage",
    "tracer",
    "under",
]
