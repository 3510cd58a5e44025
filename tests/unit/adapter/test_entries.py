"""Each request that a model answers has one line of the log, with its id and nothing it said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from threading import Thread
from typing import Any

import fake_pb_utils as pb_utils
import numpy as np
import pytest

from adapter.parts import Asked, Counting
from adapter.pieces import AT_EACH_PIECE, Piecewise
from adapter.pieces import Call as PieceCall
from wordlight.adapter import (
    CANARY_ID,
    Cancellations,
    Streams,
    Turns,
    says_it_ended,
    says_why,
    serve,
    serve_apart,
    serve_in_turns,
    serve_scheduled,
)
from wordlight.contract import VOICES
from wordlight.errors import Refusal, UnknownLanguage, WeightsMissing
from wordlight.logs import Line, Lines, requests_now

CANARY = "zebrafinch"


@dataclass(frozen=True)
class Call:
    language: str


@dataclass(frozen=True)
class Answer:
    names: list[str]
    languages: list[str]
    descriptions: list[str]
    licences: list[str]
    consents: list[str]


GOOD = Answer(["sky"], ["en"], [""], [""], [""])


class Engine:
    """Answers, refuses or breaks, as the call says."""

    def run(self, calls: Sequence[Call]) -> list[Any]:
        logging.getLogger("wordlight.engine").info("at work")
        for call in calls:
            if call.language.startswith("break"):
                raise KeyError(call.language)
        return [self.outcome(call) for call in calls]

    def outcome(self, call: Call) -> Any:
        if call.language.startswith("deny"):
            return UnknownLanguage(call.language, ("en",))
        return object() if call.language.startswith("odd") else GOOD


class Service:
    """Answers in a thread of its own."""

    def has_room(self) -> bool:
        return True

    def submit(self, call: Call, done: Callable[[Any], None], is_wanted: Any) -> None:
        def work() -> None:
            if call.language.startswith("break"):
                done(ValueError(f"no {call.language} here"))
            else:
                done(Engine().outcome(call))

        Thread(target=copy_context().run, args=[work]).start()


@pytest.fixture
def lines() -> Iterator[list[Line]]:
    kept: list[Line] = []
    handler, ours = Lines("voices_0_0", kept.append), logging.getLogger("wordlight")
    level = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield kept
    ours.removeHandler(handler)
    ours.setLevel(level)


def request(language: str, request_id: str, **more: Any) -> pb_utils.Request:
    raw = np.array([[language.encode()]], object)
    return pb_utils.Request({"LANGUAGE": raw}, request_id=request_id, **more)


def answers(lines: list[Line]) -> dict[str, tuple[str, str, str]]:
    """What became of each request, by its id."""
    return {
        line.facts["request_id"]: (
            line.message, line.facts["status"], line.facts.get("code", "")
        )
        for line in lines
        if "status" in line.facts
    }  # fmt: skip


EXPECTED = {
    "a": ("answered", "OK", ""),
    "b": ("refused", UnknownLanguage.status, UnknownLanguage.code),
    "c": ("failed", "INTERNAL", "ENGINE_FAILED"),
    "d": ("cancelled", "CANCELLED", ""),
    "e": ("failed", "INTERNAL", "ENGINE_FAILED"),
}


def requests() -> list[pb_utils.Request]:
    return [
        request("en", "a"), request(f"deny {CANARY}", "b"), request(f"break {CANARY}", "c"),
        request("en", "d", is_cancelled=True), request("odd", "e"),
    ]  # fmt: skip


def scheduled() -> Callable[[list[Any]], Any]:
    return serve_scheduled(VOICES, Call, Service(), pb_utils)


@pytest.mark.parametrize(
    "made",
    [
        lambda: serve(VOICES, Call, Engine(), pb_utils),
        lambda: serve_apart(VOICES, Call, Engine(), pb_utils),
        scheduled,
    ],
    ids=["serve", "serve_apart", "serve_scheduled"],
)
def test_every_request_has_one_line_with_its_outcome(
    made: Callable[[], Callable[[list[Any]], Any]], lines: list[Line]
) -> None:
    sent = requests()
    done = made()(sent)
    if done is None:
        for one in sent:
            one.get_response_sender().response()
    else:
        assert len(done) == len(sent)

    end = [line for line in lines if "status" in line.facts]
    while len(end) < len(sent):
        end = [line for line in lines if "status" in line.facts]
    assert answers(lines) == EXPECTED
    assert all(line.facts["model"] == "voices" for line in end)
    assert all(0 <= line.facts["seconds"] < 60 for line in end)
    assert CANARY not in "".join(f"{line.message} {line.trace}" for line in lines)


def test_a_line_of_the_engine_names_all_requests_of_its_batch_and_a_fault_its_own(
    lines: list[Line],
) -> None:
    serve(VOICES, Call, Engine(), pb_utils)([request("en", "a"), request("break", "b")])

    at_work = [line.facts for line in lines if line.message == "at work"]
    assert at_work[0] == {"request_ids": ("a", "b")}
    faults = [line for line in lines if line.trace]
    assert [{k: v for k, v in line.facts.items() if k != "incident"} for line in faults] == [
        {"request_ids": ("a", "b")}, {"request_id": "b"},
    ]  # fmt: skip
    assert all(line.level == "error" and "KeyError" in line.trace for line in faults)


def test_a_request_that_cannot_be_read_names_its_id_and_no_word(lines: list[Line]) -> None:
    raw = np.array([[CANARY.encode() + b"\xff"]], object)
    broken = pb_utils.Request({"LANGUAGE": raw}, request_id="a")

    serve(VOICES, Call, Engine(), pb_utils)([broken])

    assert answers(lines)["a"][0] in ("refused", "failed")
    assert CANARY not in "".join(f"{line.message} {line.trace}" for line in lines)


def test_pieces_in_the_thread_of_all_pieces_know_their_requests(lines: list[Line]) -> None:
    seen: list[tuple[str, ...]] = []

    class Looking(Piecewise):
        def run(self, calls: Sequence[Any], work: Any) -> Sequence[Any]:
            work(lambda: seen.append(requests_now().ids))
            return super().run(calls, work)

    turns = Turns()
    execute = serve_in_turns(VOICES, PieceCall, Looking(), pb_utils, turns, AT_EACH_PIECE)
    sent = [request("1", "a"), request("1", "b")]
    execute(sent)
    for one in sent:
        one.get_response_sender().response()
    turns.close()

    assert ("a", "b") in seen
    assert answers(lines).keys() == {"a", "b"}


def test_a_stream_has_one_line_and_its_calls_have_ids_that_begin_with_its_own(
    lines: list[Line],
) -> None:
    engine = Counting()
    streams = Streams(VOICES, Call, engine, pb_utils, Cancellations(None), 4)
    sent = [
        Asked("3", request_id="a"), Asked("silent", request_id="b"), Asked("broken", request_id="c")
    ]  # fmt: skip
    streams.execute(sent)
    for one in sent:
        one.sender.wait()
    streams.close()

    assert {name: (told[0], told[2]) for name, told in answers(lines).items()} == {
        "a": ("answered", ""), "b": ("failed", "SILENT_SPEECH"), "c": ("failed", "ENGINE_FAILED"),
    }  # fmt: skip
    assert sorted(job[:2] for job in engine.jobs) == ["a.", "b.", "c."]
    assert len({job.partition(".")[2] for job in engine.jobs}) == 3


def test_a_stream_without_an_id_still_gives_its_calls_one() -> None:
    engine = Counting()
    streams = Streams(VOICES, Call, engine, pb_utils, Cancellations(None), 4)
    streams.execute([one := Asked("1")])
    one.sender.wait()
    streams.close()

    assert len(engine.jobs[0]) == 32


def test_the_small_requests_of_the_supervisor_have_a_line_only_if_they_fail(
    lines: list[Line],
) -> None:
    execute = serve(VOICES, Call, Engine(), pb_utils)

    execute([request("en", CANARY_ID)])
    assert not answers(lines)
    execute([request("break", CANARY_ID)])

    assert answers(lines)[CANARY_ID][0] == "failed"


def test_loading_and_ending_are_logged_with_their_seconds(lines: list[Line]) -> None:
    class Model:
        @says_why
        def initialize(self, args: dict[str, str]) -> None:
            if args["model_name"] == "f5_tts":
                raise WeightsMissing("f5_tts", "/w", "fetch them")

        @says_it_ended
        def finalize(self) -> None:
            pass

    Model().initialize({"model_name": "voices"})
    Model().finalize()
    with pytest.raises(Refusal):
        Model().initialize({"model_name": "f5_tts"})

    told = [(line.message.partition(":")[0], line.level) for line in lines]
    assert told == [("loaded", "info"), ("ended", "info"), ("it cannot load", "error")]
    assert lines[0].facts["seconds"] >= 0
    assert lines[2].facts["code"] == "WEIGHTS_MISSING"
