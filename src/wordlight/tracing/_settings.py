"""The settings of traces, which `wordlight serve` hands to its processes."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

PACKAGE = "opentelemetry.exporter.otlp"
"""What the extra ``traces`` installs, among others."""
PATH = "/v1/traces"
SERVICE = "wordlight"
EVERY_MS = 500
"""How long a span waits for others to be sent with. When a server ends, its models have as long."""


@dataclass(frozen=True, slots=True)
class TraceSettings:
    """Where spans go, and of how many requests.

    Args:
        url: The base address of an OTLP receiver over HTTP.
        ratio: The share of requests that are traced, 0 to 1, where the caller has not decided.
        service: What the names of our services begin with.
    """

    url: str
    ratio: float = 1.0
    service: str = SERVICE

    @property
    def spans_url(self) -> str:
        """The address that takes spans. Source: the OTLP specification, "Endpoint URLs"."""
        return self.url.rstrip("/") + PATH

    def name_of(self, part: str) -> str:
        """The ``service.name`` of a part of the server.

        >>> TraceSettings("http://localhost:4318").name_of("front")
        'wordlight-front'
        """
        return f"{self.service}-{part}"

    def to_json(self) -> str:
        """The settings as a text for another process."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> TraceSettings:
        """The settings that `to_json` wrote."""
        return cls(**json.loads(text))
