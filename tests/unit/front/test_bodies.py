"""Bodies and connections that are too large, too slow or cut off."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from front_server import Front, front, request, until

from wordlight.front import Limits

BODY = json.dumps(request()).encode()
HEAD = b"POST /v2/models/voices/infer HTTP/1.1\r\nHost: x\r\n"
SMALL = Limits(
    body_bytes=4_000, json_bytes=2_000, unsized_bytes=1_000, idle_s=0.4, body_s=1.0,
    slowest_bytes_s=1_000, head_s=0.5, head_bytes=4_096, connections=20,
)  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with front(tmp_path_factory.mktemp("front"), SMALL) as one:
        yield one


def answer_to(small: Front, *parts: bytes, pause_s: float = 0.0) -> bytes:
    """All that comes back until the connection is closed."""
    with small.connect() as connection:
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause_s)
        except OSError:
            pass
        connection.settimeout(10)
        found = b""
        try:
            while more := connection.recv(65_536):
                found += more
        except ConnectionResetError:
            pass
    return found


def first_of(connection: socket.socket) -> bytes:
    """The answer of a connection that stays open."""
    found = b""
    while not found.endswith(b"}"):
        found += connection.recv(65_536)
    return found


def test_a_body_that_is_too_large_is_refused_before_it_is_read(small: Front) -> None:
    with small.connect(HEAD + b"Content-Length: 5000\r\n\r\n") as connection:
        answer = first_of(connection)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"TOO_LONG: the request's body is 5,000 bytes long; at most 4,000" in answer


def test_json_that_is_too_large_is_refused_before_it_is_read(small: Front) -> None:
    with small.connect(HEAD + b"Content-Length: 3000\r\n\r\n") as connection:
        answer = first_of(connection)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"TOO_LONG: the request's JSON is 3,000" in answer


def test_an_unsized_body_is_cut_at_the_limit(small: Front) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(50):
            yield b" " * 100

    answer = small.client.post(f"{small.url}/v2/models/voices/infer", content=parts())

    assert answer.status_code == 413


def test_a_silent_caller_is_sent_away(small: Front) -> None:
    began_s = time.monotonic()

    answer = answer_to(small, HEAD + b"Content-Length: 100\r\n\r\n" + b"{")

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"BODY_SLOW: " in answer
    assert time.monotonic() - began_s < 5


def test_a_caller_who_sends_drop_by_drop_is_sent_away(small: Front) -> None:
    head = HEAD + b"Content-Length: 100\r\n\r\n"

    answer = answer_to(small, head, *[b"x"] * 12, pause_s=0.15)

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_head_that_never_ends_is_cut_off(small: Front) -> None:
    slow = answer_to(small, HEAD)
    long = answer_to(small, HEAD, *[b"X-%d: %s\r\n" % (n, b"x" * 900) for n in range(20)])

    assert (slow, long) == (b"", b"")


def test_a_connection_that_says_nothing_is_closed(small: Front) -> None:
    assert answer_to(small) == b""


def test_a_refused_body_is_read_for_a_while_only(small: Front) -> None:
    ended = threading.Event()

    def send() -> None:
        with small.connect(HEAD + b"Content-Length: 999999999\r\n\r\n") as connection:
            try:
                while True:
                    connection.sendall(b"x" * 1000)
                    time.sleep(0.05)
            except OSError:
                ended.set()

    threading.Thread(target=send, daemon=True).start()

    assert ended.wait(10)


def test_more_connections_than_allowed_are_closed(small: Front) -> None:
    kept = [small.connect() for _ in range(SMALL.connections)]
    try:
        assert answer_to(small, HEAD) == b""
    finally:
        for one in kept:
            one.close()
    until(lambda: small.client.get(f"{small.url}/ping").status_code == 200)


def test_a_caller_who_leaves_in_mid_body_leaves_nothing(small: Front) -> None:
    with small.connect(HEAD + b"Content-Length: 100\r\n\r\n" + b"{"):
        until(lambda: small.hall.requests.taken)

    until(lambda: not small.hall.requests.taken and not small.hall.held.taken)


@pytest.mark.parametrize(
    "text",
    [
        b"GARBAGE\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        HEAD + b"Content-Length: -5\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
    ],
)
def test_what_is_no_http_is_refused(small: Front, text: bytes) -> None:
    small.upstream.came.clear()

    answer = answer_to(small, text)

    assert answer == b"" or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 408 "))
    assert small.upstream.came == []


def test_too_many_requests_at_once_are_refused(tmp_path: Path) -> None:
    with front(tmp_path, Limits(requests=1)) as one:
        one.upstream.holds = True
        with one.connect(HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY):
            until(lambda: one.upstream.came)
            answer = one.infer(request())
        one.upstream.release.set()

    assert answer.status_code == 429
    assert answer.json()["error"].startswith("SERVER_BUSY: ")
    assert answer.headers["retry-after"] == "1"


def test_a_caller_who_waits_for_leave_to_send_is_refused_without_it(small: Front) -> None:
    head = HEAD + b"Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n"
    with small.connect(head) as connection:
        answer = first_of(connection)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_connections_are_kept(door: Front) -> None:
    with httpx.Client() as client:
        for _ in range(3):
            answer = client.post(f"{door.url}/v2/models/voices/infer", content=BODY)

    assert answer.status_code == 200
    assert "connection" not in answer.headers
