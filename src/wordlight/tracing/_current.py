"""For which requests this thread works at the moment, and the stages of that work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from wordlight.tracing._spans import Carrier, Fact, Role, Span, code_of, link

_CURRENT: ContextVar[tuple[Span, ...]] = ContextVar("spans", default=())


def current() -> tuple[Span, ...]:
    """The recorded spans of the requests for which this thread works; most often none."""
    return _CURRENT.get()


def carried() -> Carrier:
    """What makes a call to another process part of the current trace; empty without one."""
    spans = _CURRENT.get()
    return spans[0].carried() if spans else {}


@contextmanager
def under(*spans: Span) -> Iterator[None]:
    """Lets this thread work for the requests of these spans."""
    token = _CURRENT.set(tuple(one for one in spans if one.is_traced))
    try:
        yield
    finally:
        _CURRENT.reset(token)


@contextmanager
def stage(name: str, role: Role = Role.INTERNAL, **facts: Fact) -> Iterator[None]:
    """A stage of the work: a span in the trace of each request for which this thread works.

    Those of a batch are linked. An exception marks them as failed.
    """
    parents = _CURRENT.get()
    if not parents:
        yield
        return
    spans = [one.begin(name, role, **facts) for one in parents]
    link(spans)
    code = ""
    try:
        with under(*spans):
            yield
    except BaseException as error:
        code = code_of(error)
        raise
    finally:
        for span in spans:
            span.end(code)
