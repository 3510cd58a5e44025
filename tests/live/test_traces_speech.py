"""Traces of speech: steps of an ensemble, calls from model to model, and streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from otlp_collector import Collector, Seen
from served import Served, served
from traced_requests import FRONT, MODELS, SECRET, TRITON, ask, context, named, tensor

pytestmark = [pytest.mark.live, pytest.mark.slow]
TEXT = f"Good morning, {SECRET}. It is a fine day."
SRT = {"outputs": [{"name": "SRT"}]}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as one:
        yield one


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Served]:
    volume, state = tmp_path_factory.mktemp("volume"), tmp_path_factory.mktemp("state")
    with served(volume, state, "--otlp-endpoint", collector.url) as found:
        yield found


def is_whole(found: Sequence[Seen]) -> bool:
    """Whether the front door has sent its span, which ends after all others."""
    return any(span.service == FRONT for span in found)


def whole(collector: Collector, trace: str, n_ours: int) -> list[Seen]:
    """A trace, once the front door's span and so many of the models' are there."""

    def is_enough(found: Sequence[Seen]) -> bool:
        services = [span.service for span in found]
        return FRONT in services and services.count(MODELS) == n_ours and "narrate" in names(found)

    return collector.wait_for(trace, is_enough)


def names(spans: Sequence[Seen]) -> set[str]:
    return {span.name for span in spans}


def ours(spans: Sequence[Seen]) -> set[str]:
    """The names of the spans that our models made."""
    return {span.name for span in spans if span.service == MODELS}


def within(spans: Sequence[Seen], parent: Seen) -> set[str]:
    """The names of a span's children that our models made."""
    return {span.name for span in spans if span.parent == parent.span and span.service == MODELS}


def show(spans: Sequence[Seen]) -> None:
    by_id = {span.span: span for span in spans}

    def depth(span: Seen) -> int:
        return 1 + depth(by_id[span.parent]) if span.parent in by_id else 0

    for span in spans:
        begun_ms = (span.start_ns - spans[0].start_ns) / 1e6
        took_ms = (span.end_ns - span.start_ns) / 1e6
        indent = "  " * depth(span)
        print(f"{begun_ms:8.0f} {took_ms:8.0f} ms  {indent}{span.service}: {span.name}")


def test_a_narration_shows_each_step_and_what_it_took(one: Served, collector: Collector) -> None:
    trace = "b1" * 16

    answer = ask(
        one, "narrate", {"inputs": [tensor("TEXT", "BYTES", [TEXT])], **SRT}, context(trace)
    )

    assert answer.status_code == 200
    spans = whole(collector, trace, 7)
    show(spans)
    narrate = named(spans, TRITON, "narrate")
    for model in ("checks", "f5_tts", "whisperx", "subtitles"):
        step, ours = named(spans, TRITON, model), named(spans, MODELS, model)
        assert (step.parent, ours.parent) == (narrate.span, step.span)
    speech, alignment = named(spans, MODELS, "f5_tts"), named(spans, MODELS, "whisperx")
    assert within(spans, speech) == {"reading", "speaking"}
    assert within(spans, alignment) == {"alignment"}
    speaking = named(spans, MODELS, "speaking")
    assert speaking.attributes["wordlight.chunks"] >= 1
    assert speaking.attributes["wordlight.speech_s"] > 1
    # Triton's span of the step ends when it has handed the request over; ours ends with the answer.
    assert speech.end_ns >= speaking.end_ns > named(spans, TRITON, "f5_tts").end_ns
    assert named(spans, MODELS, "whisperx").start_ns >= speech.end_ns
    assert not any(span.is_error for span in spans)


def test_an_error_in_a_step_marks_the_step_and_the_request(
    one: Served, collector: Collector
) -> None:
    trace = "b2" * 16

    answer = ask(
        one, "narrate", {"inputs": [tensor("TEXT", "BYTES", ["..."])], **SRT}, context(trace)
    )

    assert answer.status_code == 400
    spans = whole(collector, trace, 1)
    failed = {(span.service, span.attributes["error.type"]) for span in spans if span.is_error}
    assert failed == {(FRONT, "EMPTY_TEXT"), (MODELS, "EMPTY_TEXT")}


def test_a_stream_shows_the_calls_for_each_chunk(one: Served, collector: Collector) -> None:
    trace = "b3" * 16
    url = f"http://{one.http}/v2/models/narrate_stream/generate_stream"

    answer = httpx.post(
        url, json={"TEXT": TEXT, "SEED": 7}, headers={"traceparent": context(trace)},
        timeout=120, trust_env=False,
    )  # fmt: skip

    assert answer.status_code == 200
    assert answer.text.count("data: ") > 1
    spans = collector.wait_for(
        trace,
        lambda found: is_whole(found) and "narrate_stream" in ours(found),
    )
    show(spans)
    stream = named(spans, MODELS, "narrate_stream")
    assert stream.parent == named(spans, TRITON, "narrate_stream").span
    asked = [span for span in spans if span.name.startswith("ask ")]
    assert {span.parent for span in asked} == {stream.span}
    assert {span.name for span in asked} >= {"ask checks", "ask f5_tts", "ask whisperx"}
    for call in asked:
        (served_by,) = [span for span in spans if span.parent == call.span]
        assert f"ask {served_by.name}" == call.name
        assert call.start_ns <= served_by.start_ns
        assert served_by.end_ns <= call.end_ns + 50_000_000
    assert stream.end_ns >= max(span.end_ns for span in asked)


def test_a_voice_without_a_transcript_shows_who_transcribed_it(
    one: Served, collector: Collector
) -> None:
    trace = "b4" * 16
    spoken = ask(
        one, "f5_tts", {"inputs": [tensor("TEXT", "BYTES", ["The quick brown fox jumps."])]}
    )
    outputs = {each["name"]: each["data"] for each in spoken.json()["outputs"]}
    recorded = [
        tensor("TEXT", "BYTES", ["Over the lazy dog."]),
        tensor("REFERENCE_AUDIO", "FP32", outputs["AUDIO"]),
        tensor("REFERENCE_RATE", "INT32", outputs["SAMPLE_RATE"]),
    ]

    answer = ask(one, "f5_tts", {"inputs": recorded}, context(trace))

    assert answer.status_code == 200, answer.text[:300]
    spans = collector.wait_for(
        trace,
        lambda found: is_whole(found) and {"f5_tts", "whisperx"} <= ours(found),
    )
    show(spans)
    call, heard = named(spans, MODELS, "ask whisperx"), named(spans, MODELS, "whisperx")
    assert call.parent == named(spans, MODELS, "reading").span
    assert heard.parent == call.span
    assert within(spans, heard) == {"transcription", "alignment"}


def test_narrations_that_are_spoken_together_are_linked(one: Served, collector: Collector) -> None:
    traces = ["b5" * 16, "b6" * 16]
    body = {"inputs": [tensor("TEXT", "BYTES", ["Good morning to you."])]}

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda trace: ask(one, "f5_tts", body, context(trace)), traces))

    assert {answer.status_code for answer in answers} == {200}
    speaking = [
        named(
            collector.wait_for(trace, lambda found: is_whole(found) and "speaking" in names(found)),
            MODELS, "speaking",
        )
        for trace in traces
    ]  # fmt: skip
    assert [span.links for span in speaking] == [
        ((other.trace, other.span),) for other in reversed(speaking)
    ]


def test_no_span_of_speech_holds_a_word_of_the_script(collector: Collector) -> None:
    assert len(collector.spans) > 50
    for word in (SECRET, "Good morning", "quick brown"):
        assert not [span for span in collector.spans if word.encode() in span.whole]
