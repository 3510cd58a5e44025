"""The options of `wordlight serve` for traces, and what they mean for a server."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import click

from wordlight.errors import TracesUnusable
from wordlight.serving import FrontDoor, Server, TraceRelay, triton_options
from wordlight.tracing import PACKAGE, SERVICE, TraceSettings


class Endpoint(click.ParamType[str]):
    """The base address of a collector: ``http://HOST:PORT``, or https, perhaps with a path."""

    name = "URL"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        try:
            parts = urlsplit(str(value))
            is_address = bool(parts.hostname) and parts.port != 0
        except ValueError:
            self.fail("it is not an address like http://localhost:4318", param, ctx)
        if parts.scheme not in ("http", "https") or not is_address or not str(value).isprintable():
            self.fail("it is not an address like http://localhost:4318", param, ctx)
        if parts.username is not None or parts.query or parts.fragment or " " in str(value):
            self.fail("put what opens the collector into OTEL_EXPORTER_OTLP_HEADERS", param, ctx)
        return str(value)


def trace_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options for traces."""
    endpoint = click.option(
        "--otlp-endpoint",
        envvar="OTEL_EXPORTER_OTLP_ENDPOINT",
        type=Endpoint(),
        help="Send OpenTelemetry traces to this collector, over HTTP (docs/traces.md).",
    )
    ratio = click.option(
        "--trace-ratio",
        envvar="OTEL_TRACES_SAMPLER_ARG",
        type=click.FloatRange(0, 1),
        default=1.0,
        show_default=True,
        help="Share of requests that are traced, where the caller has not decided.",
    )
    return endpoint(ratio(command))


def trace_into(endpoint: str | None, ratio: float, server: Server, door: FrontDoor | None) -> None:
    """Lets a server that is not started yet, and its front door, send traces to that collector.

    Without an endpoint there are none, and nothing is loaded.

    Raises:
        TracesUnusable: The packages of the extra ``traces`` are missing.
    """
    if not endpoint:
        return
    if find_spec("opentelemetry") is None or find_spec(PACKAGE) is None:
        raise TracesUnusable(PACKAGE)
    service = os.environ.get("OTEL_SERVICE_NAME") or SERVICE
    relay = TraceRelay(TraceSettings(endpoint, ratio, service), os.environ)
    traces = click.get_current_context().with_resource(relay).settings
    server.options = triton_options(traces)
    parameters = {**server.deployment.parameters, "TRACES": traces.to_json()}
    server.deployment = replace(server.deployment, parameters=parameters)
    if door is not None:
        door.traces = traces
