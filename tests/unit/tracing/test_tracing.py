"""Stages of work become spans of the requests that are traced, and nothing for the others."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from otlp_collector import Collector, Seen

from wordlight.errors import EmptyText
from wordlight.tracing import (
    NO_SPAN,
    Role,
    Span,
    Tracer,
    TraceSettings,
    carried,
    code_of,
    current,
    link,
    stage,
    tracer,
    under,
)

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = {"traceparent": f"00-{TRACE}-{CALLER}-01", "tracestate": "shop=42"}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as one:
        yield one


@pytest.fixture(scope="module")
def made(collector: Collector) -> Iterator[Tracer]:
    one = tracer(TraceSettings(collector.url), "models")
    yield one
    one.close()


def sent(collector: Collector, span: Span, n_spans: int) -> dict[str, Seen]:
    """The spans of a span's trace by name, once there are so many."""
    trace = span.carried()["traceparent"].split("-")[1]
    found = collector.wait_for(trace, lambda seen: len(seen) >= n_spans)
    return {one.name: one for one in found}


def test_a_span_continues_the_callers_trace(collector: Collector, made: Tracer) -> None:
    span = made.begin("voices", PARENT, Role.SERVER, batch=3)

    span.end()

    seen = sent(collector, span, 1)["voices"]
    assert (seen.service, seen.trace, seen.parent) == ("wordlight-models", TRACE, CALLER)
    assert seen.attributes == {"wordlight.batch": 3}
    assert not seen.is_error
    assert span.carried()["tracestate"] == "shop=42"


@pytest.mark.parametrize(
    "traceparent", ["", "nonsense", "00-0-0-01", f"00-{'0' * 32}-{CALLER}-01", "é" * 55]
)
def test_a_malformed_traceparent_begins_a_trace_of_its_own(traceparent: str, made: Tracer) -> None:
    span = made.begin("voices", {"traceparent": traceparent})

    span.end()

    assert span.is_traced
    assert CALLER not in span.carried()["traceparent"]


def test_a_caller_decides_whether_it_is_traced() -> None:
    never = tracer(TraceSettings("http://127.0.0.1:9", ratio=0.0), "front")

    try:
        assert never.begin("a", {}) is NO_SPAN
        assert never.begin("a", PARENT).is_traced
        assert never.begin("a", {"traceparent": f"00-{TRACE}-{CALLER}-00"}) is NO_SPAN
    finally:
        never.close()


def test_the_ratio_is_the_share_of_traces() -> None:
    half = tracer(TraceSettings("http://127.0.0.1:9", ratio=0.5), "front")

    try:
        n_traced = sum(half.begin("a", {}).is_traced for _ in range(2000))
    finally:
        half.close()

    assert 850 < n_traced < 1150


def test_stages_lie_within_each_other(collector: Collector, made: Tracer) -> None:
    span = made.begin("f5_tts", {})

    with under(span), stage("reading"), stage("ask whisperx", Role.CLIENT):
        inner = carried()
    span.end()

    seen = sent(collector, span, 3)
    assert seen["reading"].parent == seen["f5_tts"].span
    assert seen["ask whisperx"].parent == seen["reading"].span
    assert inner["traceparent"].split("-")[2] == seen["ask whisperx"].span


def test_an_exception_marks_its_stage_with_its_code_and_nothing_else(
    collector: Collector, made: Tracer
) -> None:
    span = made.begin("checks", {})

    with pytest.raises(EmptyText), under(span), stage("reading"):
        raise EmptyText("Zanzibar")
    with pytest.raises(ZeroDivisionError), under(span), stage("speaking"):
        raise ZeroDivisionError("Zanzibar")
    span.end("EMPTY_TEXT", request_id="a1")
    span.end("ENGINE_FAILED")  # only the first end counts

    seen = sent(collector, span, 3)
    codes = {name: one.attributes.get("error.type") for name, one in seen.items()}
    assert codes == {"reading": "EMPTY_TEXT", "speaking": "ENGINE_FAILED", "checks": "EMPTY_TEXT"}
    assert all(one.is_error and b"Zanzibar" not in one.whole for one in seen.values())


def test_a_stage_of_a_batch_is_in_each_trace_and_linked(collector: Collector, made: Tracer) -> None:
    spans = [made.begin("whisperx", {}) for _ in range(3)]

    with under(*spans, NO_SPAN), stage("alignment"):
        pass
    for span in spans:
        span.end()

    stages = [sent(collector, span, 2)["alignment"] for span in spans]
    assert len({one.trace for one in stages}) == 3
    ids = {(one.trace, one.span) for one in stages}
    assert all(set(one.links) == ids - {(one.trace, one.span)} for one in stages)


def test_a_span_has_at_most_16_links_and_no_link_twice(collector: Collector, made: Tracer) -> None:
    spans = [made.begin("f5_tts", {}) for _ in range(20)]

    link(spans)
    link(spans)
    for span in spans:
        span.end()

    seen = sent(collector, spans[0], 1)["f5_tts"]
    assert len(seen.links) == len(set(seen.links)) == 16


def test_without_a_trace_a_stage_does_nothing() -> None:
    with stage("reading"):
        assert (current(), carried()) == ((), {})

    assert NO_SPAN.begin("a") is NO_SPAN
    assert not NO_SPAN.is_traced
    NO_SPAN.end("CODE")
    link([NO_SPAN, NO_SPAN])


def test_another_thread_works_for_nobody_until_it_is_told(made: Tracer) -> None:
    span = made.begin("f5_tts", {})

    def told() -> tuple[Span, ...]:
        with under(span):
            return current()

    with ThreadPoolExecutor(1) as pool, under(span):
        assert pool.submit(current).result() == ()
        assert pool.submit(told).result() == (span,)
        assert pool.submit(current).result() == ()
    span.end()


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("an answer", ""), (None, ""), (EmptyText("A"), "EMPTY_TEXT"), (OSError(), "ENGINE_FAILED")],
)
def test_the_code_of_an_outcome(outcome: object, code: str) -> None:
    assert code_of(outcome) == code


def test_spans_that_nobody_takes_neither_delay_the_end_nor_fill_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with Collector(delay_s=3600) as hanging:
        for url in (hanging.url, "http://127.0.0.1:9"):
            one = tracer(TraceSettings(url), "models")
            for _ in range(5000):
                one.begin("voices", {}).end()

            began_s = time.monotonic()
            one.close()

            assert time.monotonic() - began_s < 1.0
    assert not [line for line in caplog.records if line.name.startswith("opentelemetry")]


def test_nothing_of_opentelemetry_is_loaded_without_a_tracer() -> None:
    program = (
        "import sys, wordlight.adapter, wordlight.front, wordlight.speech, wordlight.tracing\n"
        "import wordlight.commands.serve\n"
        "from wordlight.front._tracing import Tracing\n"
        "assert not Tracing().begin('a', [('traceparent', 'b')]).is_traced\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout == "[]\n", done.stderr
