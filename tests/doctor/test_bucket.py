"""Buckets on a real S3 server (rclone), and faked answers that rclone would never give."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from s3_server import SECRET, environment, s3_server

from wordlight.doctor import State
from wordlight.doctor._bucket import check_bucket

POLL_S = 0.02
EMPTY_LIST = b'<?xml version="1.0"?><ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>'

Answer = Callable[..., None]


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The credentials of the test server, without any of the machine's own."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name, value in environment("http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 server with one bucket, ``weights``."""
    root = tmp_path_factory.mktemp("s3")
    (root / "weights").mkdir()
    (root / "weights/model.bin").write_bytes(b"weights")
    with s3_server(root) as server:
        yield server.url


@pytest.fixture
def at_store(store: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", store)
    return store


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answer]:
    """An endpoint with one answer to everything, and a clock of its own."""
    servers = []

    def start(status: int, body: bytes, ahead_s: float = 0.0) -> None:
        class Endpoint(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response_only(status)
                there = datetime.now(UTC) + timedelta(seconds=ahead_s)
                self.send_header("Date", format_datetime(there, usegmt=True))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(POLL_S,), daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.server_port}")

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def refusal(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>The reason why.</Message></Error>".encode()


@pytest.mark.parametrize("url", ["s3://weights", "s3://weights/some/prefix"])
def test_a_bucket_that_is_there(at_store: str, url: str) -> None:
    found = check_bucket(url)

    assert found.state is State.OK, found
    assert found.seen == f"{url} at {at_store}, credentials taken"


def test_a_bucket_that_does_not_exist(at_store: str) -> None:
    found = check_bucket("s3://nothing/prefix")

    assert (found.code, found.state) == ("STORAGE_MISSING", State.WARNING)
    assert found.seen == "s3://nothing/prefix: there is no such bucket (404)"
    assert "make the bucket" in found.remedy


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("AWS_ACCESS_KEY_ID", "CREDENTIALS_WRONG"),
        ("AWS_SECRET_ACCESS_KEY", "CREDENTIALS_WRONG"),
    ],
)
def test_a_wrong_key_is_refused(
    at_store: str, monkeypatch: pytest.MonkeyPatch, wrong: str, code: str
) -> None:
    monkeypatch.setenv(wrong, "something else")

    found = check_bucket("s3://weights")

    assert (found.code, found.state) == (code, State.WARNING)
    assert "AWS_SECRET_ACCESS_KEY" in found.remedy
    assert SECRET not in found.seen + found.remedy


def test_no_credentials_at_all(at_store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    found = check_bucket("s3://weights")

    assert (found.code, found.state) == ("CREDENTIALS_MISSING", State.WARNING)
    assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in found.remedy


def test_half_of_the_credentials(at_store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert check_bucket("s3://weights").code == "CREDENTIALS_MISSING"


def test_an_endpoint_where_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")

    found = check_bucket("s3://weights")

    assert (found.code, found.state) == ("STORAGE_UNAVAILABLE", State.WARNING)
    assert "s3://weights: no answer after 1 try (" in found.seen
    assert "curl -I http://127.0.0.1:9;" in found.remedy


def test_an_endpoint_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://no-such-host.invalid:9000")

    assert check_bucket("s3://weights").code == "STORAGE_UNAVAILABLE"


def test_an_endpoint_that_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "127.0.0.1:9000")

    found = check_bucket("s3://weights")

    assert (found.code, found.state) == ("S3_MISCONFIGURED", State.WARNING)
    assert found.remedy == "write AWS_ENDPOINT_URL as https://host"


@pytest.mark.parametrize(
    ("status", "code", "ours"),
    [
        (403, "AccessDenied", "STORAGE_DENIED"), (400, "ExpiredToken", "CREDENTIALS_EXPIRED"),
        (403, "InvalidAccessKeyId", "CREDENTIALS_WRONG"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_by_its_code(
    answering: Answer, status: int, code: str, ours: str
) -> None:
    answering(status, refusal(code))

    found = check_bucket("s3://weights")

    assert (found.code, found.state) == (ours, State.WARNING)
    assert f"{code}: The reason why." in found.seen


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (503, refusal("SlowDown"), "STORAGE_UNAVAILABLE"), (500, b"", "STORAGE_UNAVAILABLE"),
        (200, b"<html>a website", "STORAGE_UNAVAILABLE"), (404, b"not here", "STORAGE_MISSING"),
    ],
)  # fmt: skip
def test_a_store_in_trouble_or_none(answering: Answer, status: int, body: bytes, code: str) -> None:
    answering(status, body)

    found = check_bucket("s3://weights")

    assert (found.code, found.state) == (code, State.WARNING)


@pytest.mark.parametrize(
    ("ahead_s", "told"),
    [(1200, "1200 s behind the store's"), (-1200, "1200 s ahead of the store's")],
)
def test_a_clock_too_far_off_is_the_reason_for_the_refusal(
    answering: Answer, ahead_s: float, told: str
) -> None:
    answering(403, refusal("RequestTimeTooSkewed"), ahead_s)

    found = check_bucket("s3://weights")

    assert (found.code, found.state) == ("CLOCK_SKEWED", State.WARNING)
    assert told in found.seen.replace("1199", "1200").replace("1201", "1200")
    assert "timedatectl set-ntp true" in found.remedy


def test_a_clock_that_drifts_is_warned_of_before_it_is_refused(answering: Answer) -> None:
    answering(200, EMPTY_LIST, 400)

    assert check_bucket("s3://weights").code == "CLOCK_SKEWED"


@pytest.mark.parametrize(
    "url",
    [
        "weights",
        "https://weights",
        "s3://",
        "s3:///prefix",
        "s3://no bucket",
        "s3://My_Bucket",
        "s3://weights/../other",
    ],
)
def test_a_setting_that_is_no_bucket(url: str) -> None:
    found = check_bucket(url)

    assert (found.code, found.state) == ("S3_SETTING", State.ERROR)
    assert "WORDLIGHT_S3_CACHE" in found.seen


def test_a_bucket_without_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)

    found = check_bucket("s3://weights")

    assert found.code == "S3_NO_CLIENT"
    assert "pip install boto3" in found.remedy
