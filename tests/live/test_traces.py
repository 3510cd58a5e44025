"""Traces of real requests: from the caller through the front door and Triton into the models."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
from otlp_collector import Collector, Seen
from served import Served, served
from traced_requests import (
    CALLER,
    FRONT,
    MODELS,
    SECRET,
    TRITON,
    VOICES,
    ask,
    context,
    named,
    tensor,
    words,
)
from traces import until

N_MEASURED = 200


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as one:
        yield one


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Served]:
    volume, state = tmp_path_factory.mktemp("volume"), tmp_path_factory.mktemp("state")
    with served(volume, state, "--otlp-endpoint", collector.url, is_small=True) as found:
        yield found


@pytest.mark.live
def test_a_callers_trace_goes_through_the_front_door_and_triton_into_the_model(
    one: Served, collector: Collector
) -> None:
    trace = "a1" * 16

    answer = ask(one, "voices", VOICES, context(trace), tracestate="shop=42")

    assert answer.status_code == 200
    spans = collector.wait_for(trace, lambda found: len(found) == 5)
    front = named(spans, FRONT, "POST /v2/models/{model}/infer")
    request = named(spans, TRITON, "InferRequest")
    model = named(spans, TRITON, "voices")
    ours = named(spans, MODELS, "voices")
    assert [front.parent, request.parent, model.parent, ours.parent] == [
        CALLER, front.span, request.span, model.span,
    ]  # fmt: skip
    assert front.start_ns <= request.start_ns <= model.start_ns <= ours.start_ns
    assert front.end_ns >= ours.end_ns
    assert front.attributes["wordlight.model"] == "voices"
    assert front.attributes["wordlight.request_id"] == "mine"
    assert front.attributes["http.response.status_code"] == 200
    assert not any(span.is_error for span in spans)


@pytest.mark.live
def test_without_a_callers_trace_the_front_door_begins_one(
    one: Served, collector: Collector
) -> None:
    request_id = "begun-here"

    ask(one, "voices", {**VOICES, "id": request_id})

    def began() -> list[Seen]:
        return [
            span for span in collector.spans
            if span.attributes.get("wordlight.request_id") == request_id
        ]  # fmt: skip

    until_s = time.monotonic() + 15
    while not began() and time.monotonic() < until_s:
        time.sleep(0.05)
    (front,) = began()
    assert front.parent == ""
    collector.wait_for(front.trace, lambda found: len(found) == 5)


@pytest.mark.live
def test_a_trace_goes_the_same_way_over_grpc(one: Served, collector: Collector) -> None:
    from tritonclient.grpc import InferenceServerClient, InferInput

    trace = "a8" * 16
    language = InferInput("LANGUAGE", [1, 1], "BYTES")
    language.set_data_from_numpy(np.array([[b"en"]], object))

    with InferenceServerClient(one.grpc) as client:
        client.infer("voices", [language], headers={"traceparent": context(trace)})

    spans = collector.wait_for(trace, lambda found: len(found) == 5)
    front, ours = named(spans, FRONT, "gRPC ModelInfer"), named(spans, MODELS, "voices")
    request, model = named(spans, TRITON, "InferRequest"), named(spans, TRITON, "voices")
    assert [front.parent, request.parent, model.parent, ours.parent] == [
        CALLER, front.span, request.span, model.span,
    ]  # fmt: skip


@pytest.mark.live
def test_an_error_marks_the_spans_of_the_front_door_and_the_model(
    one: Served, collector: Collector
) -> None:
    trace = "a2" * 16

    answer = ask(one, "subtitles", words([SECRET, "shore"], [0.5, 0.1]), context(trace))

    assert answer.status_code == 400
    code = answer.json()["error"].partition(":")[0]
    spans = collector.wait_for(trace, lambda found: len(found) == 5)
    failed = {span.service: span.attributes["error.type"] for span in spans if span.is_error}
    assert failed == {FRONT: code, MODELS: code}


@pytest.mark.live
def test_what_the_front_door_refuses_has_a_span_and_goes_no_further(
    one: Served, collector: Collector
) -> None:
    trace = "a3" * 16
    bad = {"inputs": [tensor(SECRET, "BYTES", [SECRET])]}

    answer = ask(one, "voices", bad, context(trace))

    assert answer.status_code == 400
    (front,) = collector.wait_for(trace, lambda found: len(found) == 1)
    assert front.is_error
    assert front.attributes["error.type"] == answer.json()["error"].partition(":")[0]


@pytest.mark.live
def test_a_caller_who_does_not_want_a_trace_gets_none(one: Served, collector: Collector) -> None:
    silent, heard = "a4" * 16, "a5" * 16

    ask(one, "voices", VOICES, context(silent, "00"))
    ask(one, "voices", VOICES, context(heard))

    collector.wait_for(heard, lambda found: len(found) == 5)
    assert collector.of(silent) == []


@pytest.mark.live
def test_no_span_holds_what_a_caller_sent(one: Served, collector: Collector) -> None:
    trace = "a6" * 16
    said = [SECRET, "shore"]

    assert ask(one, "subtitles", words(said, [0.5, 1.0]), context(trace)).status_code == 200
    assert ask(one, "subtitles", words(said, [0.5, 0.1]), context(trace)).status_code == 400
    assert ask(one, SECRET, words(said, [0.5, 1.0]), context(trace)).status_code == 404
    ask(one, "subtitles", {SECRET: SECRET}, context(trace), authorization=f"Bearer {SECRET}")

    collector.wait_for(trace, lambda found: len(found) == 12)
    assert not [span for span in collector.spans if SECRET.encode() in span.whole]


@pytest.mark.live
def test_many_traced_requests_at_once_are_all_answered_and_all_seen(
    one: Served, collector: Collector
) -> None:
    traces = [f"{0xB000 + index:032x}" for index in range(200)]
    body = words([f"word{index}" for index in range(60)], [0.5 * i + 0.4 for i in range(60)])

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda trace: ask(one, "subtitles", body, context(trace)), traces))

    assert {answer.status_code for answer in answers} == {200}
    for trace in traces:
        collector.wait_for(trace, lambda found: len(found) == 5)
    ours = [span for trace in traces for span in collector.of(trace) if span.service == MODELS]
    batches = [span for span in ours if span.attributes["wordlight.batch"] > 1]
    print(f"{len(batches)} of {len(ours)} requests were answered in batches")
    for span in batches:
        assert len(span.links) == min(span.attributes["wordlight.batch"] - 1, 16)
        assert {trace for trace, _ in span.links} <= set(traces) - {span.trace}


@pytest.mark.live
def test_with_a_ratio_of_zero_only_callers_decide(tmp_path: Path) -> None:
    trace = "a7" * 16
    with Collector() as collector:
        options = ("--otlp-endpoint", collector.url, "--trace-ratio", "0")
        with served(tmp_path / "volume", folder(tmp_path), *options, is_small=True) as one:
            ask(one, "voices", VOICES)
            ask(one, "voices", VOICES, context(trace))
            collector.wait_for(trace, lambda found: len(found) == 5)
        assert {span.trace for span in collector.spans} == {trace}


def folder(path: Path) -> Path:
    """A folder for a server's state."""
    state = path / "state"
    state.mkdir()
    return state


def medians_ms(one: Served) -> tuple[float, float]:
    """The median and the 99th percentile of the time that a small traced request takes."""
    took_ms = []
    with httpx.Client(timeout=30, trust_env=False) as client:
        for index in range(N_MEASURED):
            began_s = time.perf_counter()
            url = f"http://{one.http}/v2/models/voices/infer"
            headers = {"traceparent": context(f"{0xC000 + index:032x}")}
            assert client.post(url, json=VOICES, headers=headers).status_code == 200
            took_ms.append((time.perf_counter() - began_s) * 1e3)
    return statistics.median(took_ms), statistics.quantiles(took_ms, n=100)[-1]


@pytest.mark.live
@pytest.mark.alone
@pytest.mark.parametrize(
    "trouble", ["no collector", "none", "not there", "hangs", "slow", "refuses"]
)
def test_a_collector_in_trouble_changes_nothing_and_is_told_once(
    trouble: str, tmp_path: Path
) -> None:
    collector = Collector(
        delay_s={"hangs": 3600.0, "slow": 1.0}.get(trouble, 0.0),
        status=500 if trouble == "refuses" else 200,
    )
    with collector:
        endpoint = "http://127.0.0.1:9" if trouble == "not there" else collector.url
        options = () if trouble == "no collector" else ("--otlp-endpoint", endpoint)
        with served(tmp_path / "volume", folder(tmp_path), *options, is_small=True) as one:
            median_ms, late_ms = medians_ms(one)
            time.sleep(6.0 if trouble == "hangs" else 1.0)
            median_again_ms, _ = medians_ms(one)
            if trouble == "slow":  # all arrive, if they are given the time
                until(lambda: len(collector.spans) == 2 * N_MEASURED * 5, 30.0)
            log = "".join(path.read_text() for path in one.state.rglob("*.log"))
            began_s = time.monotonic()
        ended_s = time.monotonic() - began_s
        said = one.said
    print(
        f"a collector that {trouble}: {median_ms:.2f} and {median_again_ms:.2f} ms a request, "
        f"99 %: {late_ms:.1f} ms; ended in {ended_s:.1f} s; {len(collector.spans)} spans"
    )
    is_told = trouble in ("not there", "hangs", "refuses")
    assert (said + log).count("traces cannot be sent") == is_told
    if trouble in ("none", "slow"):
        assert len(collector.spans) == 2 * N_MEASURED * 5
    assert "opentelemetry" not in (said + log).lower().replace("mode=opentelemetry", "")
    assert median_again_ms < 50
    assert ended_s < 5
