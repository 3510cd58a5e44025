"""Requests that are answered in parts: each ends once, whoever goes and whatever breaks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import fake_pb_utils as pb_utils
import pytest

from adapter.parts import WITHIN_S, Asked, Call, Counting, until
from wordlight.adapter import Cancellations, Streams
from wordlight.adapter._cancelled import NEVER
from wordlight.adapter._streamed import Ended
from wordlight.contract import VOICES


@pytest.fixture
def engine() -> Counting:
    return Counting()


@pytest.fixture
def streams(engine: Counting, tmp_path: Path) -> Iterator[Streams]:
    told = Cancellations(tmp_path / "cancelled")
    made = Streams(VOICES, Call, engine, pb_utils, told, n_at_once=2)
    yield made
    engine.may_go_on.set()
    made.close()


def test_each_part_is_sent_as_it_comes_and_the_end_is_told_without_a_word(
    streams: Streams, engine: Counting
) -> None:
    asked = Asked("3")

    streams.execute([asked])
    asked.sender.wait()

    assert asked.sender.names == [[b"0"], [b"1"], [b"2"]]
    assert asked.sender.error is None
    assert len(engine.closed) == 1


def test_only_the_outputs_that_are_asked_for_are_sent(streams: Streams) -> None:
    asked = Asked("1", wants=("LANGUAGES",))

    streams.execute([asked])
    asked.sender.wait()

    (response,) = asked.sender.responses
    assert [tensor.name() for tensor in response.output_tensors()] == ["LANGUAGES"]


def test_each_stream_has_an_id_of_its_own_whatever_its_caller_s_is(
    streams: Streams, engine: Counting
) -> None:
    requests = [Asked("1", request_id="same"), Asked("1", request_id="same")]

    streams.execute(requests)
    for asked in requests:
        asked.sender.wait()

    assert len(set(engine.jobs)) == 2
    assert "same" not in engine.jobs


@pytest.mark.parametrize(
    ("language", "wire"),
    [
        ("silent", "SILENT_SPEECH: "),
        ("broken", "ENGINE_FAILED: "),
        ("odd", "WRONG_TYPE: "),
        ("x" * 17, "TOO_LONG: LANGUAGE"),
    ],
)
def test_what_goes_wrong_ends_the_stream_with_an_error_that_names_no_path(
    streams: Streams, language: str, wire: str
) -> None:
    asked = Asked(language)

    streams.execute([asked])
    asked.sender.wait()

    assert asked.sender.error is not None
    assert asked.sender.error.message().startswith(wire)
    assert "/secret" not in asked.sender.error.message()


def test_a_part_that_cannot_be_sent_ends_the_stream(streams: Streams, engine: Counting) -> None:
    asked = Asked("3")
    asked.sender.is_broken = True

    streams.execute([asked])
    until(lambda: len(engine.closed) == 1)
    after = Asked("1")
    streams.execute([after, Asked("1")])

    after.sender.wait()


def test_a_stream_that_cannot_be_closed_ends_all_the_same(
    streams: Streams, engine: Counting
) -> None:
    engine.fails_to_close = True
    asked = Asked("odd")

    streams.execute([asked])
    asked.sender.wait()

    assert asked.sender.error is not None
    assert asked.sender.error.message().startswith("ENGINE_FAILED: ")


def test_a_caller_who_goes_ends_the_stream(streams: Streams, engine: Counting) -> None:
    asked = Asked("held")
    streams.execute([asked])

    asked.sender.is_gone = True
    asked.sender.wait()

    assert asked.sender.error is not None
    assert asked.sender.error.code() == pb_utils.TritonError.CANCELLED
    assert len(engine.closed) == 1


def test_a_caller_who_has_gone_before_is_asked_nothing_for(
    streams: Streams, engine: Counting
) -> None:
    asked = Asked("3", is_cancelled=True)

    streams.execute([asked])
    asked.sender.wait()

    assert engine.jobs == []
    assert asked.sender.error is not None


def test_a_stream_whose_id_is_cancelled_ends_and_others_go_on(
    streams: Streams, engine: Counting, tmp_path: Path
) -> None:
    one, other = Asked("held", request_id="one"), Asked("held", request_id="other")
    streams.execute([one, other])

    Cancellations(tmp_path / "cancelled").announce("one")
    one.sender.wait()

    assert not other.sender.is_over.is_set()
    engine.may_go_on.set()
    other.sender.wait()
    assert other.sender.names == [[b"0"]]


def test_a_stream_is_not_worked_at_longer_than_its_caller_waits(streams: Streams) -> None:
    asked = Asked("held", timeout_us=50_000)

    streams.execute([asked])
    asked.sender.wait()

    assert asked.sender.error is not None
    assert asked.sender.error.message().splitlines() == [
        "DEADLINE_EXCEEDED: it was not done within 0.05 s",
        "→ give it longer with --timeout, or send a shorter text",
    ]


def test_a_request_waits_while_all_streams_are_taken(streams: Streams, engine: Counting) -> None:
    held = [Asked("held"), Asked("held")]
    streams.execute(held)  # type: ignore[arg-type]
    third = Asked("1")
    thread = threading.Thread(target=streams.execute, args=([third],))
    thread.start()

    assert not third.sender.is_over.wait(0.1)
    held[0].sender.is_gone = True

    third.sender.wait()
    thread.join(WITHIN_S)


def test_a_server_that_ends_tells_each_caller(engine: Counting) -> None:
    streams = Streams(VOICES, Call, engine, pb_utils, NEVER, n_at_once=4)
    requests = [Asked("held") for _ in range(4)]
    streams.execute(requests)  # type: ignore[arg-type]

    streams.close()

    for asked in requests:
        assert asked.sender.is_over.is_set()
        assert asked.sender.error is not None
        assert asked.sender.error.message().splitlines() == [
            "SERVER_ENDING: the server is ending",
            "→ ask again when it says READY, or another server",
        ]


def test_many_threads_may_look_while_a_stream_ends_and_none_asks_triton_afterwards(
    streams: Streams, engine: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordlight.adapter._streamed.LOOK_EVERY_S", 0.0)
    asked, wrong, ended = Asked("held"), [], threading.Event()

    def look() -> None:
        while not ended.is_set():
            try:
                assert engine.look is not None
                engine.look()
            except AssertionError as error:
                wrong.append(error)
                return
            except Ended:
                return

    streams.execute([asked])
    until(lambda: engine.look is not None)
    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    engine.may_go_on.set()
    asked.sender.wait()
    time.sleep(0.02)
    for thread in threads:
        thread.join(0.5)
    is_left = [thread.is_alive() for thread in threads]
    ended.set()

    assert wrong == []
    assert not any(is_left)


def test_a_request_whose_id_is_no_text_is_answered(streams: Streams) -> None:
    class Odd(Asked):
        def request_id(self) -> str:
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")

    requests = [Odd("1"), Odd("1"), Odd("1")]
    streams.execute(requests)  # type: ignore[arg-type]

    for asked in requests:
        asked.sender.wait()
        assert asked.sender.names == [[b"0"]]
