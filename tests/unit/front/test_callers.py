"""Callers who leave, and ids of requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from front_server import Front, front, request, until

from wordlight.contract import F5_TTS, NARRATE_STREAM

TEXT = {"name": "TEXT", "shape": [1, 1], "datatype": "BYTES", "data": ["Hello."]}


def post(path: str, body: object) -> bytes:
    content = json.dumps(body).encode()
    head = f"POST /v2/models/{path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def cancelled(door: Front) -> list[str]:
    asked = door.upstream.asked("/cancel/infer")
    return [json.loads(body)["inputs"][0]["data"][0] for _, _, body in asked]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{F5_TTS.name}/infer", {"id": "walk", "inputs": [TEXT]}),
        (f"{NARRATE_STREAM.name}/generate_stream", {"id": "walk", "TEXT": "Hello."}),
    ],
)
def test_a_caller_who_leaves_ends_the_work(door: Front, path: str, body: object) -> None:
    door.upstream.holds = True

    with door.connect(post(path, body)):
        until(lambda: door.upstream.came)
    until(lambda: cancelled(door))

    assert cancelled(door) == ["walk"]
    until(lambda: not door.hall.requests.taken)
    assert door.hall.admission.waiting_s == 0


def test_a_caller_who_leaves_a_stream_ends_the_work(door: Front) -> None:
    door.upstream.headers = {"content-type": "text/event-stream"}
    door.upstream.parts = (b'data: {"CHUNK":0}\n\n',) * 500

    body = {"id": "walk", "TEXT": "Hello."}
    with door.connect(post(f"{NARRATE_STREAM.name}/generate_stream", body)) as connection:
        assert b"CHUNK" in connection.recv(4096) + connection.recv(4096)
    until(lambda: cancelled(door))

    assert cancelled(door) == ["walk"]


def test_a_made_id_is_cancelled_too(door: Front) -> None:
    door.upstream.holds = True

    with door.connect(post(f"{F5_TTS.name}/infer", {"inputs": [TEXT]})):
        until(lambda: door.upstream.came)
    until(lambda: cancelled(door))

    made = json.loads(door.upstream.came[0][2])["id"]
    assert cancelled(door) == [made]
    assert len(made) == 32


def test_a_proxy_that_asks_again_with_the_same_id_is_not_cancelled(door: Front) -> None:
    door.upstream.holds = True
    body = post(f"{F5_TTS.name}/infer", {"inputs": [TEXT]})
    head = b"\r\nx-request-id: walk\r\nContent-Length"
    with door.connect(body.replace(b"\r\nContent-Length", head)):
        until(lambda: door.upstream.came)
    until(lambda: cancelled(door))
    door.upstream.release.set()

    again = door.infer({"inputs": [TEXT]}, F5_TTS.name, headers={"x-request-id": "walk"})
    other = door.infer({"inputs": [TEXT]}, F5_TTS.name, headers={"x-request-id": "run"})

    assert again.headers["x-request-id"].startswith("walk.")
    assert other.headers["x-request-id"] == "run"


def test_whoever_gets_the_answer_cancels_nothing(door: Front) -> None:
    with door.connect(post("voices/infer", request())) as connection:
        assert connection.recv(4096)

    assert cancelled(door) == []


@pytest.mark.parametrize("given", ["a b", "é", "x" * 257, ""])
def test_an_odd_id_in_the_header_is_passed_over(door: Front, given: str) -> None:
    answer = door.infer(request(), headers={"x-request-id": given.encode("latin-1")})

    assert len(answer.headers["x-request-id"]) == 32


def test_the_id_in_the_body_wins(door: Front) -> None:
    answer = door.infer(request(id="body"), headers={"x-request-id": "header"})

    assert answer.headers["x-request-id"] == "body"
    assert json.loads(door.upstream.came[0][2])["id"] == "body"


def test_refusals_carry_the_id_too(door: Front) -> None:
    bad = door.infer({}, headers={"x-request-id": "mine"})
    nowhere = door.client.get(f"{door.url}/nowhere", headers={"x-request-id": "mine"})

    assert bad.headers["x-request-id"] == nowhere.headers["x-request-id"] == "mine"


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Front]:
    with front(tmp_path, queued_s=10.0, rates={F5_TTS.name: 0.1}) as one:
        one.upstream.holds = True
        yield one
        one.upstream.release.set()


def test_more_work_than_can_be_done_in_time_is_refused_at_once(busy: Front) -> None:
    long = {"inputs": [{**TEXT, "data": ["word " * 19]}]}
    with busy.connect(post(f"{F5_TTS.name}/infer", long)):
        until(lambda: busy.upstream.came)
        refused = busy.infer(long, F5_TTS.name)
        other = busy.connect(post("voices/infer", request()))
        until(lambda: busy.upstream.asked("/voices/infer"))
        other.close()

    assert refused.status_code == 429
    assert refused.json()["error"].startswith("SERVER_BUSY: the server is busy: this would ")
    assert int(refused.headers["retry-after"]) >= 8
    assert len(busy.upstream.asked("/f5_tts/infer")) == 1
