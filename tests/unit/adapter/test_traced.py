"""A model's spans: found in Triton's context or in a call's parameters, ended with the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import fake_pb_utils as pb_utils
import numpy as np
import pytest
from otlp_collector import Collector, Seen

from wordlight.adapter import serve, serve_apart
from wordlight.adapter._traced import TRACES, Traces
from wordlight.contract import VOICES
from wordlight.errors import UnknownLanguage, WordlightError
from wordlight.tracing import TraceSettings, stage

CALLER = "b7ad6b7169203331"


def carrier(trace: str) -> dict[str, str]:
    return {"traceparent": f"00-{trace}-{CALLER}-01"}


@dataclass(frozen=True)
class Call:
    language: str | None


@dataclass(frozen=True)
class Answer:
    names: Any = ()
    languages: Any = ()
    descriptions: Any = ()
    licences: Any = ()
    consents: Any = ()


class Context:
    """What ``request.trace()`` returns."""

    def __init__(self, text: str | None) -> None:
        self._text = text

    def get_context(self) -> str | None:
        return self._text


class Request(pb_utils.Request):
    """A request for a language, with a trace from Triton, or from the model that calls."""

    def __init__(self, language: str, context: str | None = None, parameters: str = "{}") -> None:
        super().__init__({"LANGUAGE": np.array([[language.encode()]], object)})
        self._context, self._parameters = Context(context), parameters

    def trace(self) -> Context:
        return self._context

    def parameters(self) -> str:
        return self._parameters


class Engine:
    """Refuses Klingon, and breaks at what is no language."""

    def run(self, calls: Sequence[Call]) -> list[Answer | WordlightError]:
        with stage("listing"):
            if any(call.language == "boom" for call in calls):
                raise ZeroDivisionError("Zanzibar")
            return [
                UnknownLanguage("tlh", ["en"]) if call.language == "tlh" else Answer()
                for call in calls
            ]


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as one:
        yield one


@pytest.fixture(autouse=True)
def _traces(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(TRACES, "_tracer", None)
    TRACES.begin(TraceSettings(collector.url))
    yield
    assert TRACES._tracer is not None
    TRACES._tracer.close()


def seen(collector: Collector, trace: str, n_spans: int) -> dict[str, Seen]:
    found = collector.wait_for(trace, lambda spans: len(spans) >= n_spans)
    return {span.name: span for span in found}


def test_tritons_context_is_the_parent(collector: Collector) -> None:
    trace = "d1" * 16

    serve(VOICES, Call, Engine(), pb_utils)([Request("en", json.dumps(carrier(trace)))])

    spans = seen(collector, trace, 2)
    assert spans["voices"].parent == CALLER
    assert spans["listing"].parent == spans["voices"].span
    assert spans["voices"].attributes == {"wordlight.batch": 1}


def test_parameters_of_a_call_are_the_parent_where_triton_has_none(collector: Collector) -> None:
    trace = "d2" * 16
    parameters = json.dumps({**carrier(trace), "priority": 1})

    serve(VOICES, Call, Engine(), pb_utils)([Request("en", parameters=parameters)])

    assert seen(collector, trace, 2)["voices"].parent == CALLER


@pytest.mark.parametrize("text", ["", "{}", "nonsense", "[1]", '"traceparent"', "3", "null"])
def test_what_is_no_trace_is_none(text: str) -> None:
    assert not TRACES.span_of(Request("en", parameters=text), "voices").is_traced


def test_each_request_of_a_batch_has_its_code_and_links_to_the_others(
    collector: Collector,
) -> None:
    good, bad, untraced = "d3" * 16, "d4" * 16, Request("en")
    batch = [Request("en", json.dumps(carrier(good))), untraced,
             Request("tlh", json.dumps(carrier(bad)))]  # fmt: skip

    serve(VOICES, Call, Engine(), pb_utils)(batch)

    one, other = seen(collector, good, 2)["voices"], seen(collector, bad, 2)["voices"]
    assert (one.is_error, other.attributes["error.type"]) == (False, "UNKNOWN_LANGUAGE")
    assert one.links == ((other.trace, other.span),)
    assert other.links == ((one.trace, one.span),)
    assert one.attributes["wordlight.batch"] == 3


def test_an_incident_marks_the_span_and_keeps_its_words_to_the_log(collector: Collector) -> None:
    trace = "d5" * 16

    serve(VOICES, Call, Engine(), pb_utils)([Request("boom", json.dumps(carrier(trace)))])

    spans = seen(collector, trace, 2)
    assert spans["voices"].attributes["error.type"] == "ENGINE_FAILED"
    assert all(b"Zanzibar" not in span.whole for span in spans.values())


def test_a_request_that_is_answered_apart_has_a_span_until_its_answer(
    collector: Collector,
) -> None:
    trace = "d6" * 16
    request = Request("tlh", json.dumps(carrier(trace)))

    serve_apart(VOICES, Call, Engine(), pb_utils)([request])
    request.get_response_sender().response()

    spans = seen(collector, trace, 2)
    assert spans["voices"].end_ns >= spans["listing"].end_ns
    assert spans["voices"].attributes["error.type"] == "UNKNOWN_LANGUAGE"


def test_a_call_to_another_model_carries_the_trace_of_its_job(collector: Collector) -> None:
    trace = "d7" * 16
    span = TRACES.span_of(Request("en", json.dumps(carrier(trace))), "narrate_stream")

    with TRACES.job("job", span), TRACES.asking("f5_tts", "job") as more:
        pass
    with TRACES.asking("f5_tts", "job") as later:
        pass
    span.end()

    spans = seen(collector, trace, 2)
    assert spans["ask f5_tts"].parent == spans["narrate_stream"].span
    assert more["parameters"]["traceparent"] == f"00-{trace}-{spans['ask f5_tts'].span}-01"
    assert later == {}


def test_without_a_trace_a_call_carries_nothing() -> None:
    nothing = Traces()

    with nothing.job("job", nothing.span_of(object(), "voices")), nothing.asking("voices") as more:
        assert more == {}
