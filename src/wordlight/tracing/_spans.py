"""What a span can do. `NO_SPAN` stands for all spans of requests that are not traced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import permutations
from typing import Protocol

from wordlight.errors import EngineFailed

Fact = str | int | float | bool
Carrier = Mapping[str, str]
"""``traceparent`` and ``tracestate``, as W3C's Trace Context has them in headers."""


class Role(Enum):
    """What a span is to those beside it, as OpenTelemetry's span kinds have it."""

    SERVER = "server"
    CLIENT = "client"
    INTERNAL = "internal"


class Span:
    """A span that is not recorded. Its subclass records."""

    __slots__ = ()

    @property
    def is_traced(self) -> bool:
        """Whether it is recorded."""
        return False

    def carried(self) -> Carrier:
        """What makes a call to another process part of this trace; empty without a trace."""
        return {}

    def begin(self, name: str, role: Role = Role.INTERNAL, **facts: Fact) -> Span:
        """A new span within this one."""
        return self

    def link(self, other: Span) -> None:
        """Points at the span of another request that was worked on at the same time."""

    def end(self, code: str = "", **facts: Fact) -> None:
        """Ends the span, once; with a ``code``, as an error.

        ``facts`` become attributes, with ``wordlight.`` before them unless they have a dot. They
        never hold what a caller sent.
        """


NO_SPAN = Span()


class Tracer(Protocol):
    """Makes the spans of one process."""

    def begin(self, name: str, carrier: Carrier, role: Role = Role.INTERNAL, **facts: Fact) -> Span:
        """A span within what the carrier names; without that, the beginning of a trace.

        It is `NO_SPAN` if the request is not to be traced.
        """

    def close(self) -> None:
        """Sends what is left, for at most a moment."""


def link(spans: Sequence[Span]) -> None:
    """Links the spans of a batch, so that each trace leads to those beside it."""
    traced = [one for one in spans if one.is_traced]
    for one, other in permutations(traced, 2):
        one.link(other)


def code_of(outcome: object) -> str:
    """The code of an error, ENGINE_FAILED if it has none of its own; empty for an answer."""
    if not isinstance(outcome, BaseException):
        return ""
    return str(getattr(outcome, "code", EngineFailed.code))
