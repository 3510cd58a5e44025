"""The front door's span: continued from the caller, carried on to Triton, ended with the answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from front_server import Front, front, request
from grpc_front import GrpcFront, grpc_front, voices
from otlp_collector import Collector

from wordlight.condition import Condition, Phase
from wordlight.front._tracing import Tracing
from wordlight.tracing import TraceSettings

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
NAME = "POST /v2/models/{model}/infer"


def traceparent(trace: str = TRACE, flags: str = "01") -> dict[str, str]:
    return {"traceparent": f"00-{trace}-{CALLER}-{flags}"}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as one:
        yield one


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Front]:
    settings = TraceSettings(collector.url)
    with front(tmp_path_factory.mktemp("front"), traces=settings) as one:
        yield one


@pytest.fixture
def traced_grpc(tmp_path: Path, collector: Collector) -> Iterator[GrpcFront]:
    with grpc_front(tmp_path, traces=TraceSettings(collector.url)) as one:
        yield one


def carried(one: Front) -> dict[str, str]:
    """The headers of the latest request that Triton got."""
    return one.upstream.asked("infer")[-1][1]


def test_triton_gets_the_callers_trace_with_the_front_doors_span(
    traced: Front, collector: Collector
) -> None:
    trace = "c1" * 16

    answer = traced.infer(request(id="a1"), headers={**traceparent(trace), "tracestate": "a=b"})

    assert answer.status_code == 200
    (span,) = collector.wait_for(trace, lambda found: len(found) == 1)
    assert (span.service, span.name, span.parent) == ("wordlight-front", NAME, CALLER)
    assert carried(traced)["traceparent"] == f"00-{trace}-{span.span}-01"
    assert carried(traced)["tracestate"] == "a=b"
    assert span.attributes["wordlight.request_id"] == "a1"
    assert span.attributes["http.response.status_code"] == 200
    assert span.attributes["http.response.body.size"] == len(answer.content)


@pytest.mark.parametrize("headers", [traceparent(flags="00")])
def test_triton_gets_no_trace_of_a_request_that_is_not_traced(
    headers: dict[str, str], traced: Front
) -> None:
    assert traced.infer(request(), headers=headers).status_code == 200

    assert "traceparent" not in carried(traced)


def test_a_header_that_is_too_long_is_not_passed_on(traced: Front) -> None:
    long = ",".join(f"k{index}=v" for index in range(200))

    assert traced.infer(request(), headers={**traceparent(), "tracestate": long}).is_success

    assert "tracestate" not in carried(traced)


@pytest.mark.parametrize(
    ("trace", "model", "body", "code"),
    [
        ("c2" * 16, "voices", b"{", "INVALID_INPUT"),
        ("c3" * 16, "Zanzibar", b"{}", "MODEL_MISSING"),
        ("c4" * 16, "voices", b'{"inputs": [{"name": "Zanzibar"}]}', "NOT_ONE_OF"),
    ],
)
def test_a_refusal_marks_the_span_with_its_code_and_without_the_callers_words(
    trace: str, model: str, body: bytes, code: str, traced: Front, collector: Collector
) -> None:
    answer = traced.infer(body, model, headers=traceparent(trace))

    assert answer.status_code >= 400
    (span,) = collector.wait_for(trace, lambda found: len(found) == 1)
    assert span.is_error
    assert answer.json()["error"].partition(":")[0] == code
    assert span.attributes["error.type"] == code
    assert b"Zanzibar" not in span.whole


def test_a_server_that_does_not_serve_marks_the_span(traced: Front, collector: Collector) -> None:
    trace = "c5" * 16
    traced.say(Condition(Phase.DRAINING))
    try:
        answer = traced.infer(request(), headers=traceparent(trace))
    finally:
        traced.say(Condition(Phase.SERVING))

    (span,) = collector.wait_for(trace, lambda found: len(found) == 1)
    assert span.attributes["http.response.status_code"] == answer.status_code == 503
    assert span.is_error


def test_health_and_descriptions_have_no_span(traced: Front, collector: Collector) -> None:
    for path in ("/ping", "/health", "/metrics", "/v2", "/v2/models/voices", "/elsewhere"):
        traced.client.get(traced.url + path, headers=traceparent("c6" * 16))
    traced.infer(request(), headers=traceparent("c7" * 16))

    collector.wait_for("c7" * 16, lambda found: len(found) == 1)
    assert collector.of("c6" * 16) == []


def test_without_settings_the_callers_trace_is_passed_on_as_it_is(door: Front) -> None:
    assert door.infer(request(), headers=traceparent()).status_code == 200

    assert carried(door)["traceparent"] == traceparent()["traceparent"]
    assert "tracestate" not in carried(door)


def test_grpc_metadata_carry_a_trace_as_headers_do(collector: Collector) -> None:
    trace = "c8" * 16
    tracing = Tracing(TraceSettings(collector.url))

    span = tracing.begin("inference.GRPCInferenceService/ModelInfer", traceparent(trace).items())
    to_triton = span.carried()
    span.end("TOO_LONG", model="voices", request_id="a1", **{"rpc.grpc.status_code": 3})
    tracing.close()

    (seen,) = collector.wait_for(trace, lambda found: len(found) == 1)
    assert to_triton["traceparent"] == f"00-{trace}-{seen.span}-01"
    assert seen.attributes == {
        "wordlight.model": "voices", "wordlight.request_id": "a1",
        "rpc.grpc.status_code": 3, "error.type": "TOO_LONG",
    }  # fmt: skip


def test_a_call_over_grpc_has_a_span_as_a_request_over_http_has(
    traced_grpc: GrpcFront, collector: Collector
) -> None:
    trace = "c9" * 16

    traced_grpc.stub.ModelInfer(voices(id="a1"), metadata=tuple(traceparent(trace).items()))

    (span,) = collector.wait_for(trace, lambda found: len(found) == 1)
    (came,) = traced_grpc.upstream.metadata
    assert (span.name, span.parent) == ("gRPC ModelInfer", CALLER)
    assert came["traceparent"] == f"00-{trace}-{span.span}-01"
    assert span.attributes["wordlight.request_id"] == "a1"
    assert span.attributes["http.request.body.size"] == voices(id="a1").ByteSize()


def test_each_request_of_a_stream_has_a_span_within_the_callers(
    traced_grpc: GrpcFront, collector: Collector
) -> None:
    trace = "ca" * 16
    requests = [voices(id="one"), voices(id="two"), voices(id="bad", model_version="Zanzibar")]

    list(
        traced_grpc.stub.ModelStreamInfer(
            iter(requests), metadata=tuple(traceparent(trace).items())
        )
    )

    spans = collector.wait_for(trace, lambda found: len(found) == 3)
    assert {span.parent for span in spans} == {CALLER}
    assert {span.attributes["wordlight.request_id"]: span.is_error for span in spans} == {
        "one": False, "two": False, "bad": True,
    }  # fmt: skip
    to_triton = {came["traceparent"].split("-")[2] for came in traced_grpc.upstream.metadata}
    assert to_triton == {span.span for span in spans if not span.is_error}
    assert not any(b"Zanzibar" in span.whole for span in spans)


def test_a_refusal_over_grpc_marks_the_span_with_its_code(
    traced_grpc: GrpcFront, collector: Collector
) -> None:
    trace = "cb" * 16
    sent = tuple(traceparent(trace).items())

    with pytest.raises(grpc.RpcError) as error:
        traced_grpc.stub.ModelInfer(voices(model_version="Zanzibar"), metadata=sent)

    (span,) = collector.wait_for(trace, lambda found: len(found) == 1)
    assert span.is_error
    assert span.attributes["error.type"] == error.value.details().partition(":")[0]
    assert not traced_grpc.upstream.came


def test_a_call_over_grpc_that_is_not_traced_carries_no_trace(traced_grpc: GrpcFront) -> None:
    sent = tuple(traceparent(flags="00").items())

    traced_grpc.stub.ModelInfer(voices(), metadata=sent)

    (came,) = traced_grpc.upstream.metadata
    assert "traceparent" not in came
