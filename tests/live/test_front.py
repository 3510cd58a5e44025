"""The front door before a real tritonserver: nothing is lost, and nothing bad gets through."""

from __future__ import annotations

import json
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import tritonclient.http as triton
from counters import Counters
from front_process import FrontDoor, front_door
from hostile_requests import KILLERS, LEAKS, fuzzed
from live_server import Live
from tritonclient.utils import InferenceServerException
from wordlight_client import Client

from wordlight.contract import (
    CHECKS,
    F5_TTS,
    NARRATE,
    NARRATE_STREAM,
    SUBTITLES,
    VOICES,
    Spec,
    SpeechMeters,
    Value,
)
from wordlight.front import Key, hash_key

SCRIPT = "Good morning to you all. It is a fine day, so we shall walk along the river. Then home."
LONG = "The river runs past the mill, and the miller counts his sacks of flour again. " * 40
WORDS: dict[str, Value] = {
    "WORDS": ["light", "every", "wörd"], "STARTS": np.array([0.5, 2.25, 4.125]),
    "ENDS": np.array([1.0, 3.0, 5.0]),
}  # fmt: skip


@pytest.fixture(scope="module")
def door(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontDoor]:
    with front_door(live, tmp_path_factory.mktemp("front")) as one:
        yield one


def tensors(spec: Spec, is_binary: bool, values: dict[str, Value]) -> list[triton.InferInput]:
    made = []
    for name, value in values.items():
        tensor = spec.input(name)
        array = tensor.encode(value)
        made.append(triton.InferInput(name, list(array.shape), tensor.dtype.wire))
        made[-1].set_data_from_numpy(array, binary_data=is_binary)
    return made


def infer(
    address: str, spec: Spec, values: dict[str, Value], *, is_binary: bool = True
) -> dict[str, Any]:
    """All outputs of a model, as tritonclient gets them over HTTP."""
    with triton.InferenceServerClient(address, network_timeout=120) as client:
        answer = client.infer(spec.name, tensors(spec, is_binary, values))
        return {tensor.name: answer.as_numpy(tensor.name) for tensor in spec.outputs}


def body_of(inputs: list[dict[str, Any]], **more: Any) -> bytes:
    return json.dumps({"inputs": inputs, **more}).encode()


def text(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "shape": [1, 1], "datatype": "BYTES", "data": [value]}


VOICES_BODY = body_of([text("LANGUAGE", "")])


@pytest.mark.parametrize("is_binary", [True, False], ids=["binary", "JSON"])
@pytest.mark.parametrize(
    ("spec", "values"),
    [
        (SUBTITLES, WORDS), (F5_TTS, {"TEXT": "Good morning.", "SEED": 7}),
        (VOICES, {"LANGUAGE": ""}),
    ],
    ids=lambda one: one.name if isinstance(one, Spec) else "",
)  # fmt: skip
def test_answers_are_the_same_as_without_it(
    live: Live, door: FrontDoor, spec: Spec, values: dict[str, Value], is_binary: bool
) -> None:
    direct = infer(live.http, spec, values)
    through = infer(door.address, spec, values, is_binary=is_binary)

    for name, array in direct.items():
        if array.dtype.kind == "f":
            assert np.allclose(through[name], array, atol=1e-4), name
        else:
            assert np.array_equal(through[name], array), name


def test_our_client_works_through_it(door: FrontDoor) -> None:
    with Client(door.url) as client:
        voices = client.voices()
        with client.narrate_stream(SCRIPT, seed=7) as stream:
            parts = list(stream)

    assert voices
    assert len(parts) > 1
    assert stream.narration.words


def test_a_stream_comes_part_by_part(door: FrontDoor) -> None:
    url = f"{door.url}/v2/models/{NARRATE_STREAM.name}/generate_stream"
    began_s, came_s, events = time.monotonic(), [], b""
    with door.http.stream("POST", url, json={"TEXT": SCRIPT, "SEED": 7}) as answer:
        for piece in answer.iter_raw():
            came_s.append(time.monotonic() - began_s)
            events += piece

    chunks = [json.loads(one)["CHUNK"] for one in events.decode().split("data: ")[1:]]
    print(f"first bytes after {came_s[0]:.2f} s, the last after {came_s[-1]:.2f} s")
    assert chunks == list(range(len(chunks)))
    assert came_s[0] < came_s[-1] - 0.1


@pytest.mark.parametrize("body", KILLERS.values(), ids=KILLERS.keys())
def test_what_kills_triton_is_refused_and_triton_lives(
    live: Live, door: FrontDoor, body: bytes
) -> None:
    answer = door.infer(SUBTITLES.name, body)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith(("WRONG_SHAPE: ", "TOO_LONG: ", "INVALID_INPUT: "))
    assert infer(live.http, SUBTITLES, WORDS)["SRT"].size


def test_a_thousand_fuzzed_requests_never_break_anything(live: Live, door: FrontDoor) -> None:
    statuses: dict[int, int] = {}
    broken = []
    for number, (model, body, headers) in enumerate(fuzzed(1000)):
        answer = door.infer(model, body, **headers)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        if answer.status_code >= 500 or (answer.is_error and LEAKS.search(answer.text)):
            broken.append((number, answer.status_code, answer.text[:300], body[:300]))

    print(f"answers by status: {statuses}")
    assert broken == []
    assert infer(live.http, SUBTITLES, WORDS)["SRT"].size


def test_management_is_not_there(live: Live, door: FrontDoor) -> None:
    with triton.InferenceServerClient(door.address) as client:
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready(SUBTITLES.name)
        assert client.get_server_metadata()["name"] == "triton"
        assert client.get_model_metadata(SUBTITLES.name)["name"] == SUBTITLES.name
        config = client.get_model_config(SUBTITLES.name)
        assert client.get_inference_statistics(SUBTITLES.name)["model_stats"]
        calls: list[Callable[[], Any]] = [
            client.get_model_repository_index, lambda: client.load_model(VOICES.name),
            lambda: client.unload_model(VOICES.name), client.get_log_settings,
            lambda: client.update_log_settings({"log_info": False}), client.get_trace_settings,
            lambda: client.register_system_shared_memory("r", "/r", 8),
            client.get_system_shared_memory_status, client.get_cuda_shared_memory_status,
        ]  # fmt: skip
        for call in calls:
            with pytest.raises(InferenceServerException, match="NO_SUCH_ROUTE"):
                call()

    assert "max_batch_size" in config
    assert "parameters" not in config
    assert str(live.volume) not in json.dumps(config)


def test_metrics_are_tritons_and_the_fronts(door: FrontDoor) -> None:
    told = door.http.get(f"{door.url}/metrics").text

    assert "\nnv_inference_request_success" in told
    assert "\nwordlight_front_requests_total" in told


def leave(door: FrontDoor, path: str, body: bytes, counters: Counters) -> None:
    """Asks, and leaves as soon as the sampler is at work."""
    before = counters.settled(SpeechMeters.STEPS)
    host, _, port = door.address.partition(":")
    head = f"POST /v2/models/{path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + body)
        counters.wait_for(SpeechMeters.STEPS, lambda now: now > before)


@pytest.mark.parametrize("path", [f"{F5_TTS.name}/infer", f"{NARRATE.name}/infer",
                                  f"{NARRATE_STREAM.name}/generate_stream"])  # fmt: skip
def test_the_work_of_a_caller_who_left_stops(
    door: FrontDoor, counters: Counters, path: str
) -> None:
    is_stream = path.endswith("stream")
    body = json.dumps({"TEXT": LONG}).encode() if is_stream else body_of([text("TEXT", LONG)])

    leave(door, path, body, counters)
    began_s = time.monotonic()
    steps = counters.settled(SpeechMeters.STEPS)
    stopped_s = time.monotonic() - began_s

    print(f"{path}: the sampler stood still {stopped_s:.1f} s after its caller had left")
    time.sleep(2)
    assert counters.read()[SpeechMeters.STEPS.name] == steps
    assert stopped_s < 15
    assert door.lines(message="the caller left", model=path.partition("/")[0])


def test_the_id_reaches_triton_and_the_log(door: FrontDoor) -> None:
    answer = door.infer(VOICES.name, VOICES_BODY, **{"x-request-id": "walk-1"})
    empty = door.infer(VOICES.name, body_of([text("LANGUAGE", "")], id=""))

    assert answer.json()["id"] == answer.headers["x-request-id"] == "walk-1"
    assert empty.json()["id"] == empty.headers["x-request-id"]
    (line,) = door.lines(request_id="walk-1")
    assert (line["model"], line["status"]) == (VOICES.name, 200)


def test_only_callers_with_a_key_are_let_in(live: Live, tmp_path: Path) -> None:
    with front_door(live, tmp_path, keys=(Key("anna", hash_key("secret")),)) as locked:
        closed = locked.infer(VOICES.name, VOICES_BODY)
        opened = locked.infer(VOICES.name, VOICES_BODY, authorization="Bearer secret")
        health = locked.http.get(f"{locked.url}/ping")

    assert (closed.status_code, opened.status_code, health.status_code) == (401, 200, 200)
    assert locked.lines(key="anna")
    assert "secret" not in locked.log.read_text()


def seconds_of(ask: Callable[[], Any], times: int) -> float:
    """The median time of a call."""
    took = []
    for _ in range(times):
        began_s = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began_s)
    return statistics.median(took)


@pytest.mark.alone
def test_it_adds_little_to_a_small_request(live: Live, door: FrontDoor) -> None:
    path = f"/v2/models/{VOICES.name}/infer"
    with httpx.Client(trust_env=False) as client:

        def asks(address: str) -> Callable[[], Any]:
            return lambda: client.post(f"http://{address}{path}", content=VOICES_BODY)

        seconds_of(asks(door.address), 50)
        rounds = [
            (seconds_of(asks(live.http), 100), seconds_of(asks(door.address), 100))
            for _ in range(3)
        ]
    direct_s, through_s = min(rounds, key=lambda one: one[1] - one[0])

    print(f"direct {direct_s * 1e3:.2f} ms, through the front {through_s * 1e3:.2f} ms: "
          f"{(through_s - direct_s) * 1e3:.2f} ms more")  # fmt: skip
    assert through_s - direct_s < 0.002


@pytest.mark.alone
def test_large_tensors_pass_at_half_of_tritons_rate_at_least(live: Live, door: FrontDoor) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 2_621_440).astype(np.float32)
    values: dict[str, Value] = {"REFERENCE_AUDIO": noise, "REFERENCE_RATE": 192_000}
    given = tensors(CHECKS, True, values)

    def asks(client: triton.InferenceServerClient) -> Callable[[], Any]:
        return lambda: client.infer(CHECKS.name, given)

    with (
        triton.InferenceServerClient(live.http, network_timeout=60) as direct,
        triton.InferenceServerClient(door.address, network_timeout=60) as through,
    ):
        rounds = [(seconds_of(asks(direct), 7), seconds_of(asks(through), 7)) for _ in range(3)]
    direct_s, through_s = (min(times) for times in zip(*rounds, strict=True))

    print(f"10 MB: direct {noise.nbytes / direct_s / 1e6:.0f} MB/s, "
          f"through the front {noise.nbytes / through_s / 1e6:.0f} MB/s")  # fmt: skip
    assert through_s < 2 * direct_s
