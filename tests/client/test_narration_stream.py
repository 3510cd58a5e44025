"""A narration that comes part by part: the same whole in the end, and one end for both sides."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_server import AsyncFakeServer, FakeServer, Tensors, answer_fields
from wordlight_client import (
    Asked,
    AsyncClient,
    Client,
    ModelMissing,
    NarrationPart,
    Progress,
)
from wordlight_client._parts import resume_json

from wordlight.errors import (
    InvalidInput,
    ServerError,
    ServerUnreachable,
)
from wordlight.words import Origin

TEXT = "ANNA: One two three.\nBOB: Four five."
MakeAsync = Callable[[FakeServer], AsyncFakeServer]


def files(narration: Any, folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in narration.save(folder)}


def test_the_parts_make_the_narration_that_narrate_answers(
    server: FakeServer, tmp_path: Path
) -> None:
    text = "One two three four five."
    client = Client(transport=server)

    stream = client.narrate_stream(text, seed=7)
    parts = list(stream)

    assert [[word.text for word in part.words] for part in parts] == [
        ["One", "two"], ["three", "four"], ["five."],
    ]  # fmt: skip
    assert [part.index for part in parts] == [0, 1, 2]
    assert [part.start_s for part in parts] == pytest.approx([0.0, 0.2, 0.4])
    assert stream.parts == tuple(parts)
    whole = client.narrate(text, seed=7)
    assert files(stream.narration, tmp_path / "parts") == files(whole, tmp_path / "whole")
    assert stream.narration.clip.samples.tobytes() == whole.clip.samples.tobytes()


def test_the_words_of_the_whole_have_their_speakers(server: FakeServer) -> None:
    stream = Client(transport=server).narrate_stream(TEXT)
    assert len(list(stream)) == 3

    speakers = [word.speaker for word in stream.narration.words]

    assert speakers == ["ANNA", "ANNA", "ANNA", "BOB", "BOB"]


def test_a_part_has_all_that_the_server_says_of_it(server: FakeServer) -> None:
    server.part_changes = {
        1: {"takes": 3, "doubtful": [1], "warnings": ["a word is missing"],
            "other_starts": [0.2], "other_ends": [0.25], "origins": ["aligned", "clamped"]}
    }  # fmt: skip

    part = list(Client(transport=server).narrate_stream(TEXT, check=True, tries=3))[1]

    assert (part.n_parts, part.seed, part.takes, part.doubtful) == (3, 7, 3, (1,))
    assert part.warnings == ("a word is missing",)
    assert part.other_speech_s == ((0.2, 0.25),)
    assert part.words[1].origin is Origin.CLAMPED
    assert part.ass == "Dialogue: 1\n"
    assert part.expected_s == pytest.approx(0.5)
    assert (server.asked["check"], server.asked["tries"]) == (1, 3)


def test_what_is_not_asked_is_not_sent(server: FakeServer) -> None:
    list(Client(transport=server).narrate_stream("Hi."))

    assert server.asked == {"text": "Hi."}


def test_nothing_is_sent_before_the_first_part_is_asked_for(server: FakeServer) -> None:
    stream = Client(transport=server).narrate_stream(TEXT)
    stream.close()

    assert list(stream) == []
    assert server.requests == []
    assert server.cancelled == []


def test_what_cannot_be_is_refused_before_anything_is_sent(server: FakeServer) -> None:
    with pytest.raises(InvalidInput, match="speed"):
        Client(transport=server).narrate_stream(TEXT, speed=99.0)
    assert server.requests == []


def test_a_connection_that_breaks_behind_the_last_answer_has_lost_nothing(
    server: FakeServer, make_async: MakeAsync
) -> None:
    server.breaks_after, server.breaks_with = 4, ServerUnreachable("gone")

    async def go() -> int:
        async with AsyncClient(transport=make_async(server)).narrate_stream(TEXT) as stream:
            return len([part async for part in stream])

    stream = Client(transport=server).narrate_stream(TEXT)

    assert len(list(stream)) == 3
    assert len(stream.narration.words) == 5
    assert asyncio.run(go()) == 3
    assert server.cancelled == []


def test_the_whole_is_there_only_at_the_end(server: FakeServer) -> None:
    stream = Client(transport=server).narrate_stream(TEXT)
    next(stream)

    with pytest.raises(RuntimeError, match="not whole yet"):
        _ = stream.narration


def test_another_thread_may_close_a_stream_that_is_waited_for(server: FakeServer) -> None:
    begun, told = threading.Event(), threading.Event()

    class Slow(FakeServer):
        def stream(self, *asked: Any) -> Generator[Tensors]:
            for index, answer in enumerate(super().stream(*asked)):
                if index == 1:
                    begun.set()
                    assert told.wait(10)
                    raise ServerError("cancelled by the caller")
                yield answer

        def infer(self, *asked: Any) -> Tensors:
            answer = super().infer(*asked)
            told.set()
            return answer

    slow = Slow()
    stream = Client(transport=slow).narrate_stream(TEXT)
    parts: list[NarrationPart] = []
    thread = threading.Thread(target=lambda: parts.extend(stream))
    thread.start()
    assert begun.wait(10)

    stream.close()
    thread.join(10)

    assert not thread.is_alive()
    assert len(parts) == 1
    assert slow.cancelled == [stream.id]


def test_a_progress_that_has_no_parts_is_a_beginning(server: FakeServer, tmp_path: Path) -> None:
    progress = Progress.begin(tmp_path / "kept", Asked.of(TEXT))

    stream = Client(transport=server).narrate_stream(TEXT, resume=progress)

    assert len(list(stream)) == 3


def test_a_server_without_streams_says_so(server: FakeServer) -> None:
    server.streams = False

    with pytest.raises(ModelMissing):
        next(Client(transport=server).narrate_stream(TEXT))
    assert server.cancelled == []


def test_what_is_done_is_said_to_the_server_to_the_last_digit(
    server: FakeServer, tmp_path: Path
) -> None:
    server.part_changes = {
        0: {"doubtful": [1], "warnings": ["one"], "scores": [1 / 3, 0.1]},
        1: {"doubtful": [0], "warnings": ["two"], "other_starts": [0.1 + 0.2],
            "other_ends": [0.31]},
    }  # fmt: skip
    client = Client(transport=server)
    progress = Progress.begin(tmp_path / "p", Asked.of(TEXT))
    with client.narrate_stream(TEXT) as stream:
        for part in stream:
            progress.add(part)
            if part.index == 1:
                break
    server.requests.clear()
    server.part_changes = {}

    resumed = Progress.open(tmp_path / "p", Asked.of(TEXT))
    again = client.narrate_stream(TEXT, resume=resumed)
    new = list(again)

    said = json.loads(server.asked["resume"])
    assert said == {
        "version": 1, "seed": 7, "samples": [4_800, 4_800], "doubtful": [1, 2],
        "starts": [word.start_s for part in stream.parts for word in part.words],
        "ends": [word.end_s for part in stream.parts for word in part.words],
        "scores": [float(np.float32(1 / 3)), float(np.float32(0.1)), 0.5, 0.5],
        "origins": ["aligned"] * 4, "other": [[0.1 + 0.2, 0.31]],
        "n_spelt": sum(part.n_spelt for part in stream.parts),
        "warnings": ["one", "two"],
    }  # fmt: skip
    assert np.float32(said["scores"][0]) == np.float32(1 / 3)
    assert [part.index for part in new] == [2]
    assert len(again.parts) == 3
    assert again.narration.clip.samples.tobytes() == answer_fields(TEXT)["audio"].tobytes()  # type: ignore[union-attr]


def test_a_narration_of_which_all_parts_are_done_only_lacks_its_end(
    server: FakeServer, tmp_path: Path
) -> None:
    client = Client(transport=server)
    progress = Progress.begin(tmp_path / "p", Asked.of(TEXT))
    for part in client.narrate_stream(TEXT):
        progress.add(part)

    again = client.narrate_stream(TEXT, resume=progress)

    assert list(again) == []
    assert [word.text for word in again.narration.words] == answer_fields(TEXT)["words"]


def test_the_awaited_client_streams_the_same(server: FakeServer, make_async: MakeAsync) -> None:
    second = FakeServer()

    async def go() -> tuple[list[NarrationPart], Any]:
        async with AsyncClient(transport=make_async(second)) as client:
            stream = client.narrate_stream(TEXT, check=True, timeout_s=9.0)
            return [part async for part in stream], stream.narration

    stream = Client(transport=server).narrate_stream(TEXT, check=True, timeout_s=9.0)
    parts = list(stream)
    awaited, narration = asyncio.run(go())

    assert repr(awaited) == repr(parts)
    assert repr(narration) == repr(stream.narration)
    assert resume_json(awaited) == resume_json(parts)
    assert second.requests[0][2] == server.requests[0][2] == 9.0
    assert second.cancelled == []


def test_an_awaited_stream_refuses_what_cannot_be_when_it_is_awaited(
    make_async: MakeAsync,
) -> None:
    server = FakeServer()

    async def go() -> None:
        stream = AsyncClient(transport=make_async(server)).narrate_stream(TEXT, speed=99.0)
        with pytest.raises(InvalidInput, match="speed"):
            await anext(stream)

    asyncio.run(go())
    assert server.requests == []
