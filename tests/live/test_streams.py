"""A streamed narration equals one in a single answer, starts sooner, and ends with its caller."""

from __future__ import annotations

import http.client
import json
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import raw
import tritonclient.grpc as triton
from counters import Counters
from live_server import Live, mini_server
from tritonclient.utils import InferenceServerException
from wordlight_client import Asked, Client, Narration, Progress

from wordlight.contract import CANCEL, NARRATE, SpeechMeters

TEXT = (
    "The path was long and very quiet. Would you like to walk with me down to the river today? "
    "Take your coat, for the wind is still cold. Then we all walked home slowly, tired and happy."
)
LONG = " ".join([TEXT] * 8)
ENDED_WITHIN_S = 3.0
"""The sampler stops after a step; the counters may be half a second old, and this machine busy."""
UNLOADED_WITHIN_S = 15.0
"""Triton itself gives up after 30 s."""
N_AT_ONCE, N_STREAMS = 8, 16


def files(narration: Narration, folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in narration.save(folder)}


@pytest.mark.alone  # what is sampled together, and so each last bit, depends on the load
def test_the_parts_are_what_narrate_answers_and_the_first_comes_early(
    client: Client, tmp_path: Path
) -> None:
    whole = client.narrate(TEXT, seed=7)

    began_s = time.monotonic()
    with client.narrate_stream(TEXT, seed=7) as stream:
        first = next(stream)
        first_s = time.monotonic() - began_s
        parts = [first, *stream]
    whole_s = time.monotonic() - began_s

    assert len(parts) > 2
    assert np.array_equal(np.concatenate([part.clip.samples for part in parts]), whole.clip.samples)
    assert files(stream.narration, tmp_path / "parts") == files(whole, tmp_path / "whole")
    assert whole.subtitles.ass.startswith("".join(part.ass for part in parts))
    assert first_s < 0.5 * whole_s


def test_what_is_done_is_not_made_again(
    grpc_client: Client, counters: Counters, tmp_path: Path
) -> None:
    whole = grpc_client.narrate(TEXT, seed=7)
    progress = Progress.begin(tmp_path / "kept", Asked.of(TEXT, seed=7))
    with grpc_client.narrate_stream(TEXT, seed=7) as stream:
        for part in stream:
            progress.add(part)
            if part.index == 1:
                break
    counters.wait_for(SpeechMeters.IN_WORK, lambda n: n == 0)
    before_s = counters.settled(SpeechMeters.AUDIO_S)

    kept = Progress.open(tmp_path / "kept", Asked.of(TEXT, seed=7))
    with grpc_client.narrate_stream(TEXT, seed=7, resume=kept) as resumed:
        parts = list(resumed)

    assert parts[0].index == 2
    assert files(resumed.narration, tmp_path / "resumed") == files(whole, tmp_path / "whole")
    made_s = counters.settled(SpeechMeters.AUDIO_S) - before_s
    assert made_s < whole.clip.duration_s - kept.parts[-1].end_s + 1.0


def test_a_stream_that_is_closed_is_spoken_no_further(client: Client, counters: Counters) -> None:
    with client.narrate_stream(LONG) as stream:
        next(stream)
        assert counters.read()[SpeechMeters.IN_WORK.name] > 0

    began_s = time.monotonic()
    counters.wait_for(SpeechMeters.IN_WORK, lambda n: n == 0)
    assert time.monotonic() - began_s < ENDED_WITHIN_S


def test_a_caller_over_http_who_hangs_up_is_spoken_to_no_further(
    live: Live, counters: Counters
) -> None:
    connection = http.client.HTTPConnection(live.http, timeout=60)
    body = json.dumps({"TEXT": LONG})
    connection.request("POST", "/v2/models/narrate_stream/generate_stream", body)
    answer = connection.getresponse()
    assert answer.readline().startswith(b"data: {")
    answer.close()
    connection.close()

    began_s = time.monotonic()
    counters.wait_for(SpeechMeters.IN_WORK, lambda n: n == 0)
    assert time.monotonic() - began_s < ENDED_WITHIN_S


def test_an_ensemble_s_steps_end_by_the_request_s_id(live: Live, counters: Counters) -> None:
    answer: Future[Any] = Future()
    text = NARRATE.input("TEXT").encode(LONG)
    given = triton.InferInput("TEXT", list(text.shape), "BYTES")
    given.set_data_from_numpy(text)
    with triton.InferenceServerClient(live.grpc) as connection:
        connection.async_infer("narrate", [given], partial(_settle, answer), request_id="mine")
        counters.wait_for(SpeechMeters.IN_WORK, lambda n: n == 1)

        began_s = time.monotonic()
        raw.infer(live, CANCEL, ID="mine")
        with pytest.raises(InferenceServerException):
            answer.result(60)
        counters.wait_for(SpeechMeters.IN_WORK, lambda n: n == 0)

    assert time.monotonic() - began_s < ENDED_WITHIN_S


def _settle(answer: Future[Any], result: Any, error: Exception | None) -> None:
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)


@pytest.mark.slow
@pytest.mark.parametrize("is_closed", [False, True])
def test_a_server_that_served_many_streams_at_once_ends_at_once(
    tmp_path: Path, is_closed: bool
) -> None:
    def listen(_: int) -> int:
        with client.narrate_stream("Good morning to you.") as stream:
            next(stream)
            return 1 if is_closed else 1 + len(list(stream))

    server = mini_server(tmp_path)
    with server, Client(server.url) as client:
        with ThreadPoolExecutor(N_AT_ONCE) as pool:
            n_parts = list(pool.map(listen, range(N_STREAMS)))
        began_s = time.monotonic()

    assert min(n_parts) >= 1
    assert time.monotonic() - began_s < UNLOADED_WITHIN_S
