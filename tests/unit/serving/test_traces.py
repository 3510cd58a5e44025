"""The relay takes spans at once whatever the collector does, and says once what is wrong."""

from __future__ import annotations

import gzip
import logging
import time
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest
from otlp_collector import Collector

from wordlight.serving import TraceRelay, triton_options
from wordlight.serving import _traces as traces
from wordlight.serving._traces import Batch, headers_in, together
from wordlight.tracing import TraceSettings, tracer

WITHIN_S = 10.0


def until(is_so: Callable[[], object]) -> None:
    until_s = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < until_s
        time.sleep(0.01)


def relay(url: str, **variables: str) -> TraceRelay:
    return TraceRelay(TraceSettings(url, 0.5, "shop"), variables)


def spans(n_spans: int = 1) -> bytes:
    """A request with spans, as Python's exporter writes it."""
    with Collector() as collector:
        made = tracer(TraceSettings(collector.url), "models")
        for _ in range(n_spans):
            made.begin("voices", {}).end()
        made.close()
        until(lambda: len(collector.spans) == n_spans)
        return collector.bodies[0]


def post(one: TraceRelay, body: bytes, **headers: str) -> int:
    port = urlsplit(one.settings.url).port
    connection = HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)
    try:
        kind = {"content-type": "application/x-protobuf"}
        connection.request("POST", "/v1/traces", body, {**kind, **headers})
        return connection.getresponse().status
    finally:
        connection.close()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line.getMessage() for line in caplog.records if line.levelno >= logging.WARNING]


def test_spans_arrive_with_the_collectors_headers() -> None:
    with (
        Collector() as collector,
        relay(collector.url, OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20abc") as one,
    ):
        assert one.settings.ratio == 0.5
        assert post(one, spans(3)) == 200
        until(lambda: len(collector.spans) == 3)

    assert collector.headers[-1]["Authorization"] == "Bearer abc"


def test_compressed_spans_are_passed_on_as_they_are() -> None:
    with Collector() as collector, relay(collector.url) as one:
        assert post(one, gzip.compress(spans()), **{"content-encoding": "gzip"}) == 200
        until(lambda: len(collector.spans) == 1)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("/v1/logs", b"", 404), ("/", b"", 404), ("/v1/traces", bytes((4 << 20) + 1), 413)],
)
def test_it_takes_nothing_but_spans(path: str, body: bytes, status: int) -> None:
    with Collector() as collector, relay(collector.url) as one:
        answer = httpx.post(one.settings.url + path, content=body, trust_env=False)

    assert answer.status_code == status


def test_a_collector_that_is_not_there_is_told_at_once_and_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with relay("http://127.0.0.1:9") as one:
        until(lambda: warnings(caplog))
        began_s = time.monotonic()
        for _ in range(200):
            assert post(one, b"") == 200
        assert time.monotonic() - began_s < 5.0

    (said,) = warnings(caplog)
    assert "http://127.0.0.1:9/v1/traces" in said
    assert "refused" in said


def test_what_came_while_the_collector_was_away_is_sent_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with Collector() as collector:
        port, url = collector.port, collector.url
    with relay(url) as one:
        until(lambda: warnings(caplog))
        assert post(one, spans(2)) == 200
        with Collector(port=port) as back:
            until(lambda: len(back.spans) == 2)
            until(lambda: len(warnings(caplog)) == 2)

    assert "are sent" in warnings(caplog)[1]


@pytest.mark.parametrize("status", [400, 401, 404, 500, 503])
def test_a_collector_that_refuses_is_told_with_its_status(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with Collector(status=status) as collector, relay(collector.url):
        until(lambda: warnings(caplog))

    (said,) = warnings(caplog)
    assert f"status {status}" in said


def test_a_collector_that_hangs_holds_up_neither_the_spans_nor_the_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(traces, "SEND_WITHIN_S", 0.3)
    with Collector(delay_s=3600) as collector:
        with relay(collector.url) as one:
            until(lambda: warnings(caplog))
            began_s = time.monotonic()
            for _ in range(200):
                assert post(one, b"") == 200
            took_s = time.monotonic() - began_s
            began_s = time.monotonic()
        ended_s = time.monotonic() - began_s

    assert took_s < 5.0
    assert ended_s < 2.0
    assert "timed out" in warnings(caplog)[0]


def test_a_slow_collector_gets_all_spans_in_fewer_batches() -> None:
    body = spans()
    with Collector(delay_s=0.3) as collector, relay(collector.url) as one:
        for _ in range(50):
            assert post(one, body) == 200
        until(lambda: len(collector.spans) == 50)

    assert collector.n_requests < 25


def test_requests_are_joined_by_kind_and_no_longer_than_a_batch_may_be() -> None:
    as_json, as_protobuf = {"Content-Type": "application/json"}, {"Content-Type": traces.PROTOBUF}
    packed = {**as_protobuf, "Content-Encoding": "gzip"}
    half = bytes(traces.MOST_BYTES // 2)
    batches = [
        Batch(b'{"resourceSpans": [1]}', as_json, 0),
        Batch(half, as_protobuf, 1),
        Batch(b"packed", packed, 2),
        Batch(b'{"resourceSpans": [2, 3]}', as_json, 3),
        Batch(half, as_protobuf, 4),
        Batch(b"x", as_protobuf, 5),
    ]

    assert [(one.body, one.came_s) for one in together(batches)] == [
        (half + half, 1), (b"x", 5), (b'{"resourceSpans": [1, 2, 3]}', 0), (b"packed", 2),
    ]  # fmt: skip


def test_json_that_is_none_is_dropped() -> None:
    kind = {"Content-Type": "application/json"}
    good, bad = b'{"resourceSpans": [1]}', b'["nonsense"'

    assert [one.body for one in together([Batch(good, kind, 0), Batch(bad, kind, 1)])] == [good]


@pytest.mark.parametrize(
    ("text", "headers"),
    [("", {}), ("a=b", {"a": "b"}), ("a=b,c=d%3De, ", {"a": "b", "c": "d=e"}), ("nonsense", {})],
)
def test_headers_are_read_as_opentelemetry_writes_them(text: str, headers: dict[str, str]) -> None:
    assert headers_in(text) == headers


def test_triton_traces_only_what_carries_a_trace() -> None:
    options = triton_options(TraceSettings("http://127.0.0.1:4318"))

    assert "--trace-config=rate=0" in options
    assert "--trace-config=opentelemetry,url=http://127.0.0.1:4318/v1/traces" in options
    assert "--trace-config=opentelemetry,resource=service.name=wordlight-triton" in options
