"""Streams that end early: closed, left, dropped or broken, and what the server is asked then."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest
from fake_server import AsyncFakeServer, FakeServer
from wordlight_client import (
    AsyncClient,
    Client,
    NarrationStream,
)

from wordlight.errors import (
    BadAnswer,
    DeadlineExceeded,
    EngineFailed,
    ServerUnreachable,
)

TEXT = "ANNA: One two three.\nBOB: Four five."
MakeAsync = Callable[[FakeServer], AsyncFakeServer]


def by_closing(stream: NarrationStream) -> None:
    next(stream)
    stream.close()
    stream.close()


def by_leaving_the_with(stream: NarrationStream) -> None:
    with stream:
        for _ in stream:
            break


def by_an_error_in_the_with(stream: NarrationStream) -> None:
    def fail() -> None:
        with stream:
            raise ZeroDivisionError(next(stream))

    with pytest.raises(ZeroDivisionError):
        fail()


@pytest.mark.parametrize("end", [by_closing, by_leaving_the_with, by_an_error_in_the_with])
def test_a_stream_that_is_left_early_is_ended_at_the_server_once(
    server: FakeServer, end: Callable[[NarrationStream], None]
) -> None:
    stream = Client(transport=server).narrate_stream(TEXT)

    end(stream)

    assert server.cancelled == [stream.id] == server.ids
    assert not server.is_stream_open
    assert list(stream) == []


def test_a_stream_that_is_dropped_is_ended_at_the_server(server: FakeServer) -> None:
    def drop() -> str:
        stream = Client(transport=server).narrate_stream(TEXT)
        next(stream)
        return stream.id

    dropped = drop()
    gc.collect()

    assert server.cancelled == [dropped]


def test_a_stream_that_came_to_its_end_is_not_ended_again(server: FakeServer) -> None:
    with Client(transport=server).narrate_stream(TEXT) as stream:
        parts = list(stream)

    assert len(parts) == 3
    assert server.cancelled == []
    assert not server.is_stream_open


@pytest.mark.parametrize(
    ("error", "is_told"),
    [
        (KeyboardInterrupt(), True),
        (DeadlineExceeded("too late"), True),
        (ServerUnreachable("gone"), False),
        (EngineFailed("abc"), False),
    ],
)
def test_only_a_server_that_may_still_be_at_work_is_told(
    server: FakeServer, error: BaseException, is_told: bool
) -> None:
    server.breaks_after, server.breaks_with = 1, error
    stream = Client(transport=server).narrate_stream(TEXT)
    next(stream)

    with pytest.raises(type(error)):
        next(stream)

    assert server.cancelled == ([stream.id] if is_told else [])
    assert len(stream.parts) == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({1: {"chunk": 2}}, "part 2 came where part 1 was due"),
        ({1: {"starts": [0.2]}}, "argument 2 is shorter"),
        ({1: {"origins": ["guessed", "guessed"]}}, "guessed"),
        ({3: {"report": "[]"}}, "not a JSON object"),
        ({2: {"sample_rate": 48_000}}, "2 sample rates"),
    ],
)
def test_an_answer_that_breaks_the_contract_ends_the_stream_on_both_sides(
    server: FakeServer, changes: dict[int, Any], says: str
) -> None:
    server.part_changes = changes
    stream = Client(transport=server).narrate_stream(TEXT)

    with pytest.raises(BadAnswer, match=says):
        list(stream)

    is_last = 3 in changes or 2 in changes
    assert server.cancelled == ([] if is_last else [stream.id])


def test_a_stream_that_ends_before_the_narration_is_no_narration(server: FakeServer) -> None:
    whole = server.stream

    def cut(*arguments: Any) -> Any:
        for index, answer in enumerate(whole(*arguments)):
            if index == 2:
                return
            yield answer

    server.stream = cut  # type: ignore[method-assign]

    with pytest.raises(BadAnswer, match="ended behind part 2"):
        list(Client(transport=server).narrate_stream(TEXT))


@pytest.mark.parametrize("how", ["closed", "left", "dropped", "cancelled"])
def test_an_awaited_stream_that_is_left_early_is_ended_at_the_server_once(
    make_async: MakeAsync, how: str
) -> None:
    server = FakeServer()

    async def read(stream: Any) -> None:
        async for _ in stream:
            await asyncio.sleep(60 if how == "cancelled" else 0)
            break

    async def go() -> str:
        client = AsyncClient(transport=make_async(server))
        stream = client.narrate_stream(TEXT)
        asked = stream.id
        if how == "left":
            async with stream:
                await read(stream)
        elif how == "cancelled":
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05), stream:
                    await read(stream)
        else:
            await read(stream)
        if how == "closed":
            await stream.aclose()
        del stream
        gc.collect()
        await asyncio.sleep(0.05)
        return asked

    asked = asyncio.run(go())

    assert server.cancelled == [asked] == server.ids
