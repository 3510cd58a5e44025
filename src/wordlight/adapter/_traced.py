"""The spans of a model: within Triton's, or within those of a model that calls this one.

Triton's own span of a model that answers later (`f5_tts`, `narrate_stream`) ends when ``execute``
returns. Ours ends with the answer.

A call to another model never gets ``trace=request.trace()``: Triton frees a request's trace when
``execute`` returns, and a call made later would read freed memory. Source: python_backend r24.10,
request_executor.cc, ``TRITONSERVER_InferenceTraceSpawnChildTrace``; core, infer_request.cc,
``ReleaseTrace``. The parameters of the call carry the trace instead.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from wordlight.tracing import (
    NO_SPAN,
    Carrier,
    Role,
    Span,
    Tracer,
    TraceSettings,
    carried,
    stage,
    tracer,
    under,
)

logger = logging.getLogger(__name__)

CARRIED = ("traceparent", "tracestate")


class Traces:
    """The traces of this process. There is one such object, `TRACES`.

    Without ``begin`` it makes none.
    """

    def __init__(self) -> None:
        self._tracer: Tracer | None = None
        self._jobs: dict[str, Span] = {}

    def begin(self, settings: TraceSettings) -> None:
        """Makes spans from now on."""
        if self._tracer is not None:
            return
        try:
            self._tracer = tracer(settings, "models")
        except ImportError as error:
            logger.warning("no spans are made: %s", error)

    def span_of(self, request: Any, model: str, **facts: str | int) -> Span:
        """The span of a request from Triton, from now until it is answered."""
        if self._tracer is None or not (carrier := _carrier(request)):
            return NO_SPAN
        return self._tracer.begin(model, carrier, Role.SERVER, **facts)

    @contextmanager
    def job(self, name: str, span: Span) -> Iterator[None]:
        """Lets calls to other models for that job be part of the span's trace."""
        if span.is_traced:
            self._jobs[name] = span
        try:
            yield
        finally:
            self._jobs.pop(name, None)

    @contextmanager
    def asking(self, model: str, job: str = "") -> Iterator[dict[str, Any]]:
        """A call to another model, for a job or for what this thread works for.

        It is a span, and yields what ``InferenceRequest`` needs besides.
        """
        spans = [self._jobs[job]] if job in self._jobs else []
        with under(*spans) if job else nullcontext(), stage(f"ask {model}", Role.CLIENT):
            carrier = carried()
            yield {"parameters": dict(carrier)} if carrier else {}


TRACES = Traces()


def _carrier(request: Any) -> Carrier:
    """The trace to which a request belongs: Triton says so, or the model that made the call."""
    text = request.trace().get_context() or request.parameters() or "{}"
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: str(found[name]) for name in CARRIED if name in found}
