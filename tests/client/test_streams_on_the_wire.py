"""Streams, ids and ends over real sockets, on all four ways to a server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_server import answer_fields
from wordlight_client import (
    Asked,
    AsyncClient,
    Client,
    ModelMissing,
    NarrationPart,
    Progress,
)
from wordlight_client.transport._streaming import THREAD

from wordlight.audio import Clip
from wordlight.errors import (
    DeadlineExceeded,
    EmptyText,
    EngineFailed,
    ServerUnreachable,
)

pytest.importorskip("tritonclient.grpc")
pytest.importorskip("tritonclient.http")
from stream_server import Served, served

TEXT = "Zoë paid 4 and left."
HERE = Path(__file__).parent


@pytest.fixture
def server() -> Iterator[Served]:
    with served() as running:
        yield running


Read = Callable[..., tuple[list[NarrationPart], Any]]
"""``read(TEXT, n=…)``: the first n parts, or all, and the stream."""


def blocking(url: str, text: str, n: int | None = None, **options: Any) -> Any:
    with Client(url) as client, client.narrate_stream(text, **options) as stream:
        parts: list[NarrationPart] = []
        while n is None or len(parts) < n:
            part = next(stream, None)
            if part is None:
                break
            parts.append(part)
        return parts, stream


def awaited(url: str, text: str, n: int | None = None, **options: Any) -> Any:
    async def go() -> Any:
        parts: list[NarrationPart] = []
        async with AsyncClient(url) as client, client.narrate_stream(text, **options) as stream:
            while n is None or len(parts) < n:
                part = await anext(stream, None)
                if part is None:
                    break
                parts.append(part)
            return parts, stream

    return asyncio.run(go())


WAYS = ["grpc", "http", "grpc awaited", "http awaited"]


@pytest.fixture(params=WAYS)
def read(request: pytest.FixtureRequest, server: Served) -> Read:
    protocol, _, how = request.param.partition(" ")
    url = server.grpc_url if protocol == "grpc" else server.http_url
    call = awaited if how else blocking
    return lambda text, *arguments, **options: call(url, text, *arguments, **options)


def test_parts_come_over_the_wire_to_the_last_bit(read: Read) -> None:
    parts, stream = read(TEXT)

    whole: Any = answer_fields(TEXT)
    assert [word.text for word in stream.narration.words] == whole["words"]
    assert [word.start_s for word in stream.narration.words] == whole["starts"]
    assert stream.narration.clip.samples.tobytes() == whole["audio"].tobytes()
    assert len(parts) == 3
    assert stream.narration.subtitles.srt == whole["srt"]


def test_everything_asked_arrives_with_the_streams_id(read: Read, server: Served) -> None:
    voice = Clip(np.linspace(-0.3, 1 / 3, 24_000, dtype=np.float32), 24_000)

    _, stream = read(TEXT, seed=2**53 - 1, voice=voice, check=True, tries=2, speed=1.1,
                     style={"font": "Größe"})  # fmt: skip

    (asked,) = server.narrator.asked
    assert asked.pop("reference_audio").tobytes() == voice.samples.tobytes()
    assert asked == {
        "text": TEXT, "seed": 2**53 - 1, "reference_rate": 24_000, "check": 1, "tries": 2,
        "speed": pytest.approx(1.1), "style": '{"font": "Größe"}',
    }  # fmt: skip
    assert server.narrator.ids == [stream.id]
    assert len(stream.id) == 32


@pytest.mark.alone
def test_parts_come_while_the_next_are_made(read: Read) -> None:
    began_s = time.monotonic()

    read("One two three four five six seven eight slow", n=1)

    assert time.monotonic() - began_s < 1.4  # six answers take 1.8 s


def test_a_stream_left_early_is_ended_at_the_server_by_its_id(read: Read, server: Served) -> None:
    _, stream = read("One two three four stuck.", n=1)

    assert server.narrator.wait_until_cancelled() == [stream.id]


def test_an_error_in_the_middle_is_typed_and_ends_nothing_else(read: Read, server: Served) -> None:
    with pytest.raises(EngineFailed, match="incident abc"):
        read("One two three four fail.")
    assert server.narrator.cancelled == []


def test_a_refusal_at_once_is_typed_too(read: Read) -> None:
    with pytest.raises(EmptyText, match="no letter or digit"):
        read("refused")


def test_a_server_that_knows_no_streams_is_told_from_others(read: Read, server: Served) -> None:
    server.narrator.knows_streams = False

    with pytest.raises(ModelMissing, match="narrate_stream"):
        read(TEXT)


@pytest.mark.parametrize(
    ("limit", "says"), [({"timeout_s": 0.5}, "within 0.5 s"), ({"silence_s": 0.5}, "sent nothing")]
)
def test_a_stream_is_waited_for_as_long_as_is_said_and_then_ended(
    read: Read, server: Served, limit: dict[str, float], says: str
) -> None:
    with pytest.raises(DeadlineExceeded, match=says):
        read("One two three four five six stuck.", **limit)

    assert server.narrator.wait_until_cancelled() == server.narrator.ids


def test_silence_is_counted_from_the_last_answer(read: Read) -> None:
    parts, _ = read("One two three four five six slow seven", silence_s=1.0)

    assert len(parts) == 4  # which took longer than a second, all in all


def test_the_whole_is_bounded_even_where_answers_keep_coming(read: Read) -> None:
    with pytest.raises(DeadlineExceeded, match=r"within 0\.7 s"):
        read("One two three four five six slow seven", timeout_s=0.7)


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_is_killed_in_the_middle_is_unreachable(way: str) -> None:
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [HERE, *sys.path]))}
    process = subprocess.Popen(
        [sys.executable, str(HERE / "stream_server.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=variables,
    )  # fmt: skip
    assert process.stdout is not None
    grpc_url, http_url = json.loads(process.stdout.readline())
    threading.Timer(0.8, process.kill).start()
    protocol, _, how = way.partition(" ")

    with pytest.raises(ServerUnreachable, match="nothing answers"):
        (awaited if how else blocking)(
            grpc_url if protocol == "grpc" else http_url, "One two three four stuck."
        )

    assert process.wait(5) == -signal.SIGKILL
    process.communicate()


@pytest.mark.parametrize("call", [blocking, awaited])
@pytest.mark.parametrize("scheme", ["", "http://"])
def test_where_nothing_listens_a_stream_is_unreachable(call: Any, scheme: str) -> None:
    with pytest.raises(ServerUnreachable, match="nothing answers"):
        call(f"{scheme}127.0.0.1:9", TEXT)


def test_only_what_is_missing_is_made_when_a_stream_is_resumed(
    read: Read, server: Served, tmp_path: Path
) -> None:
    whole, _ = read(TEXT, seed=7)
    progress = Progress.begin(tmp_path / "p", Asked.of(TEXT, seed=7))
    progress.add(whole[0])

    parts, stream = read(TEXT, seed=7, resume=Progress.open(tmp_path / "p", Asked.of(TEXT, seed=7)))

    assert [part.index for part in parts] == [1, 2]
    assert stream.narration.clip.samples.tobytes() == answer_fields(TEXT)["audio"].tobytes()  # type: ignore[union-attr]
    assert json.loads(server.narrator.asked[1]["resume"])["samples"] == [4_800]


def test_no_thread_is_left_behind_by_a_stream(server: Served) -> None:
    def waiting() -> int:
        return sum(thread.name == THREAD for thread in threading.enumerate())

    blocking(server.grpc_url, TEXT)
    blocking(server.grpc_url, "One two three four stuck.", n=1)
    deadline_s = time.monotonic() + 5
    while waiting() and time.monotonic() < deadline_s:
        time.sleep(0.02)

    assert waiting() == 0
