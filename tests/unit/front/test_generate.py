"""Requests as flat JSON, and answers as events."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from front_server import Front

from wordlight.contract import NARRATE_STREAM


def stream(door: Front, body: Any, **more: Any) -> Any:
    url = f"{door.url}/v2/models/{NARRATE_STREAM.name}/generate_stream"
    return door.client.post(url, json=body, **more)


def test_events_pass_unchanged_and_the_request_has_an_id(door: Front) -> None:
    door.upstream.headers = {"content-type": "text/event-stream"}
    door.upstream.parts = (b'data: {"CHUNK":0', b"}\n", b'\ndata: {"CHUNK":1}\n\n')

    answer = stream(door, {"TEXT": "Hello."}, headers={"x-request-id": "mine"})

    ((path, _, body),) = door.upstream.came
    assert path == "/v2/models/narrate_stream/generate_stream"
    assert json.loads(body) == {"id": "mine", "TEXT": "Hello."}
    assert answer.content == b"".join(door.upstream.parts)
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["x-request-id"] == "mine"


def test_an_error_of_tritons_among_the_events_has_our_words(door: Front) -> None:
    door.upstream.headers = {"content-type": "text/event-stream"}
    door.upstream.parts = (
        b'data: {"CHUNK":0}\n\ndata: {"err', b'or":"region /dev/shm/x is gone"}\n\n',
    )  # fmt: skip

    answer = stream(door, {"TEXT": "Hello."}, headers={"x-request-id": "mine"})

    _, error = answer.text.strip().split("\n\n")
    message = json.loads(error.removeprefix("data: "))["error"]
    assert message.startswith("ENGINE_FAILED: ")
    assert "incident mine" in message
    assert "shm" not in answer.text


def test_an_error_of_ours_among_the_events_is_unchanged(door: Front) -> None:
    message = "EMPTY_TEXT: TEXT holds no letter\n→ send one"
    door.upstream.headers = {"content-type": "text/event-stream"}
    door.upstream.parts = (b"data: " + json.dumps({"error": message}).encode() + b"\n\n",)

    answer = stream(door, {"TEXT": "Hello."})

    assert json.loads(answer.text.removeprefix("data: "))["error"] == message


def test_a_stream_that_breaks_off_between_events_ends_with_an_error(door: Front) -> None:
    door.upstream.headers = {"content-type": "text/event-stream"}
    door.upstream.parts, door.upstream.breaks_off = (b'data: {"CHUNK":0}\n\n',), True

    first, last = stream(door, {"TEXT": "Hello."}).text.strip().split("\n\n")

    assert first == 'data: {"CHUNK":0}'
    assert json.loads(last.removeprefix("data: "))["error"].startswith("NOT_SERVING: ")


def test_a_stream_that_breaks_off_within_an_event_breaks_off(door: Front) -> None:
    door.upstream.headers = {"content-type": "text/event-stream"}
    door.upstream.parts, door.upstream.breaks_off = (b'data: {"CHUNK":',), True

    with pytest.raises(httpx.RemoteProtocolError):
        stream(door, {"TEXT": "Hello."})


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "MISSING_INPUT: TEXT"),
        ({"TEXT": " "}, "EMPTY_TEXT: TEXT"),
        ({"TEXT": 5}, "WRONG_TYPE: TEXT is int"),
        ({"TEXT": {"a": 1}}, "WRONG_TYPE: TEXT is dict"),
        ({"TEXT": ["a", "b"]}, "WRONG_TYPE: TEXT is a list"),
        ({"TEXT": "a", "PITCH": 1}, "NOT_ONE_OF: a member of the request is 'PITCH'"),
        ({"TEXT": "a", "parameters": {}}, "NOT_ONE_OF"),
        ({"TEXT": "a", "SPEED": 99}, "OUT_OF_RANGE: SPEED"),
        ({"TEXT": "a", "id": 1}, "id is not a text"),
    ],
)
def test_what_breaks_the_contract_is_refused(door: Front, body: Any, says: str) -> None:
    answer = stream(door, body)

    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert door.upstream.came == []
