"""What Triton answers, on its way back."""

from __future__ import annotations

import json

import httpx
import pytest
from front_server import Front, request


def refusal(door: Front, status: int, message: str) -> httpx.Response:
    door.upstream.status = status
    door.upstream.body = json.dumps({"error": message}).encode()
    return door.infer(request(), headers={"x-request-id": "mine"})


@pytest.mark.parametrize("before", ["", "in ensemble 'narrate', ", "[request id: a1] "])
def test_an_error_of_our_models_passes_unchanged(door: Front, before: str) -> None:
    message = f"{before}UNKNOWN_VOICE: VOICE 'x' is not known\n→ choose another"

    answer = refusal(door, 404, message)

    assert answer.status_code == 404
    assert answer.json() == {"error": message}


@pytest.mark.parametrize(
    ("status", "message", "expected", "code"),
    [
        (500, "Failed to open region /dev/shm/triton_x: No such file", 500, "ENGINE_FAILED"),
        (500, "Traceback: File /opt/x.py EMPTY_TEXT: x", 500, "ENGINE_FAILED"),
        (400, "unexpected shape in /models/x", 400, "REQUEST_REFUSED"),
        (400, "Request for unknown model: 'voices' is not found", 404, "MODEL_MISSING"),
        (503, "in ensemble 'narrate', Exceeds maximum queue size", 503, "SERVER_BUSY"),
        (503, "Request timeout expired", 503, "SERVER_BUSY"),
        (500, "cancelled by the caller", 409, "REQUEST_REFUSED"),
        (503, "Server is stopping, scheduler for model has stopped", 503, "NOT_SERVING"),
    ],
)
def test_tritons_own_errors_have_our_words(
    door: Front, status: int, message: str, expected: int, code: str
) -> None:
    answer = refusal(door, status, message)

    told = answer.json()["error"]
    assert answer.status_code == expected
    assert told.startswith(f"{code}: ")
    assert "\n→ " in told
    assert not {"/", "Traceback", ".py", "region"} & set(told.replace("docs/", "").split())
    assert ("retry-after" in answer.headers) == (expected == 503)


def test_the_incident_is_the_requests_id(door: Front) -> None:
    answer = refusal(door, 500, "Stub process 'voices_0' is not healthy.")

    assert "incident mine" in answer.json()["error"]


def test_an_error_that_is_no_json_has_our_words_too(door: Front) -> None:
    door.upstream.status, door.upstream.body = 500, b"<html>/opt/tritonserver"

    answer = door.infer(request())

    assert answer.json()["error"].startswith("ENGINE_FAILED: ")
    assert "opt" not in answer.text


def test_binary_answers_pass_with_their_headers(door: Front) -> None:
    door.upstream.body = bytes(range(256)) * 1000
    door.upstream.headers = {
        "content-type": "application/octet-stream",
        "inference-header-content-length": "100", "x-secret": "path",
    }  # fmt: skip

    answer = door.infer(request())

    assert answer.content == door.upstream.body
    assert answer.headers["inference-header-content-length"] == "100"
    assert "x-secret" not in answer.headers


def test_an_answer_that_breaks_off_breaks_off(door: Front) -> None:
    door.upstream.headers = {"content-length": "100"}
    door.upstream.breaks_off = True

    with pytest.raises(httpx.RemoteProtocolError):
        door.infer(request())


def test_a_server_that_is_gone_is_unavailable(door: Front) -> None:
    port, door.hall.triton._port = door.hall.triton._port, 9
    try:
        answer = door.infer(request())
    finally:
        door.hall.triton._port = port

    assert answer.status_code == 503
    assert answer.json()["error"].startswith("NOT_SERVING: ")


def test_a_configuration_is_shown_without_places(door: Front) -> None:
    door.upstream.body = json.dumps(
        {"name": "voices", "parameters": {"VOLUME": "/volume"}, "max_batch_size": 8}
    ).encode()

    answer = door.client.get(f"{door.url}/v2/models/voices/config")

    assert answer.json() == {"name": "voices", "max_batch_size": 8}


@pytest.mark.parametrize(
    "path",
    ["/v2", "/v2/models/voices", "/v2/models/voices/versions/1", "/v2/models/voices/stats",
     "/v2/models/voices/ready", "/v2/models/stats"],
)  # fmt: skip
def test_descriptions_pass(door: Front, path: str) -> None:
    answer = door.client.get(door.url + path)

    assert answer.content == door.upstream.body
    assert door.upstream.came[0][0] == path.replace("/versions/1", "")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v2/repository/index"),
        ("POST", "/v2/repository/models/voices/load"),
        ("POST", "/v2/repository/models/voices/unload"),
        ("POST", "/v2/systemsharedmemory/region/x/register"),
        ("POST", "/v2/cudasharedmemory/region/x/register"),
        ("GET", "/v2/systemsharedmemory/status"),
        ("POST", "/v2/logging"),
        ("GET", "/v2/logging"),
        ("POST", "/v2/trace/setting"),
        ("GET", "/v2/models/voices/trace/setting"),
        ("GET", "/v2/models/voices/infer"),
        ("DELETE", "/v2/models/voices"),
        ("POST", "/v2/models/voices//infer"),
        ("POST", "/v2/models/voices/infer/"),
        ("GET", "/"),
    ],
)
def test_everything_else_is_not_there(door: Front, method: str, path: str) -> None:
    answer = door.client.request(method, door.url + path)

    assert answer.status_code == 404
    assert answer.json()["error"].startswith(("NO_SUCH_ROUTE: ", "MODEL_MISSING: "))
    assert door.upstream.came == []
