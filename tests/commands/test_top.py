"""`wordlight top` lives through whatever answers it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from click.testing import CliRunner, Result

from wordlight.commands import top as module
from wordlight.commands._look import Server
from wordlight.condition import Condition, Phase
from wordlight.errors import WrongUsage


def test_all_that_it_says_is_text_and_never_a_command_to_the_terminal() -> None:
    told = printed(Condition(Phase.SICK, "\x1b[2J[bold]doing[/]", "CODE", "\x1b]0;x\x07bad"))

    assert "\x1b" not in told
    assert "[bold]doing[/]" in told
    assert "bad" in told


def printed(condition: Condition) -> str:
    body = json.dumps({"phase": condition.phase, "doing": condition.doing,
                       "code": condition.code, "sentence": condition.sentence})  # fmt: skip
    with answering({"/health": (503, body), "/metrics": (200, "")}) as url:
        return run("--url", url, "--once").stdout


Answers = dict[str, tuple[int, str]]
TRITON = "# TYPE nv_inference_request_success counter\n" + "".join(
    f'nv_inference_request_success{{model="{name}",version="1"}} 7\n'
    for name in ("narrate", "[/x]")
)
"""Metrics of a Triton, one of whose models has a name that looks like rich's markup."""


def test_triton_alone_is_watched_and_what_is_missing_is_said() -> None:
    with answering({"/health": (200, ""), "/metrics": (200, TRITON)}) as url:
        done, as_json = (
            run("--url", url, "--once"),
            run("--url", f"{url}/metrics", "--once", "--json"),
        )

    assert done.exit_code == as_json.exit_code == 0
    assert "● phase not known" in done.stdout
    assert "no front door: phase, new starts, requests and in flight are not known" in done.stdout
    assert "narrate" in done.stdout
    assert "[/x]" in done.stdout
    told = json.loads(as_json.stdout)
    assert told["health"] is None
    assert told["figures"]["has_front"] is False
    assert told["figures"]["requests_per_s"] is None
    assert list(told["figures"]["models"]) == ["[/x]", "narrate"]


def test_triton_s_own_port_is_told_from_a_front_door() -> None:
    with answering({"/v2/health/ready": (200, "")}) as url:
        done = run("--url", url, "--once")

    assert done.exit_code == 3
    assert "is Triton's own port for HTTP, which has no metrics" in done.stderr
    assert "8002" in done.stderr


def test_a_proxy_without_a_server_behind_it_is_told_as_such() -> None:
    with answering({"/health": (502, "<html>")}) as url:
        done = run("--url", url, "--once")

    assert done.exit_code == 3
    assert "PROXY_REFUSED" in done.stderr


@pytest.mark.parametrize("since", ["Infinity", "NaN", "1" * 400, '"now"', "-1"])
def test_a_moment_that_is_none_is_left_out(since: str) -> None:
    health = (200, f'{{"phase": "serving", "since": {since}}}')
    with answering({**GOOD, "/health": health}) as url:
        done = run("--url", url, "--once")

    assert done.exit_code == 0
    assert "● serving  " in done.stdout


@contextmanager
def answering(answers: Answers, key: str = "") -> Iterator[str]:
    """The address of an HTTP server that gives these answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers.get(self.path, (404, ""))
            if key and self.path == "/metrics" and self.headers["Authorization"] != f"Bearer {key}":
                status = 401
            self.send_response(status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.05)


def run(*words: str) -> Result:
    from wordlight_client.commands.main import main

    return CliRunner().invoke(main, ["top", *words])


HEALTH = (200, json.dumps({"phase": "serving", "since": time.time()}))
GOOD: Answers = {"/health": HEALTH, "/metrics": (200, "wordlight_front_in_flight 3\n")}


def test_once_shows_one_picture() -> None:
    with answering(GOOD) as url:
        done = run("--url", url, "--once")

    assert done.exit_code == 0
    assert "● serving" in done.stdout
    assert "in flight 3" in done.stdout


def test_json_has_the_same_for_programs() -> None:
    with answering(GOOD) as url:
        done = run("--url", url, "--once", "--json")

    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert told["url"] == url
    assert told["health"]["phase"] == "serving"
    assert told["figures"]["in_flight"] == 3
    assert told["problem"] is None


def test_a_server_that_is_not_there_ends_a_single_look_with_status_3() -> None:
    with answering({}) as url:
        pass
    done, as_json = run("--url", url, "--once"), run("--url", url, "--once", "--json")

    assert (done.exit_code, as_json.exit_code) == (3, 3)
    assert "SERVER_UNREACHABLE nothing answers at" in done.stderr
    assert "WORDLIGHT_HTTP_URL" in done.stderr
    assert json.loads(as_json.stdout)["problem"]["code"] == "SERVER_UNREACHABLE"


@pytest.mark.parametrize(
    "answers",
    [
        {}, {"/health": (200, "ok")}, {"/health": (200, "[1]")}, {"/health": (200, '{"phase": 3}')},
        {"/health": HEALTH}, {"/health": HEALTH, "/metrics": (200, "<html>")},
        {"/health": HEALTH, "/metrics": (200, 'a_bucket{le="x"} 1\n')},
        {"/health": HEALTH, "/metrics": (200, 'a{, ="v"} 1\n')},
        {"/metrics": (200, "node_load1 0.5\n")},
    ],
    ids=["nothing", "no JSON", "a list", "no phase", "no metrics", "a page", "no edge", "no label",
         "metrics of another"],
)  # fmt: skip
def test_another_program_at_the_port_is_told_as_such(answers: Answers) -> None:
    with answering(answers) as url:
        done = run("--url", url, "--once")

    assert done.exit_code == 3
    assert "WRONG_PROTOCOL" in done.stderr
    assert "is no front door of Wordlight" in done.stderr


def test_metrics_behind_a_key_are_asked_for_with_it() -> None:
    with answering(GOOD, key="secret") as url:
        without, wrong = run("--url", url, "--once"), run("--url", url, "--once", "--api-key", "x")
        right = run("--url", url, "--once", "--api-key", "secret")

    assert "KEY_MISSING the metrics need a key" in without.stderr
    assert "KEY_WRONG the metrics need a key" in wrong.stderr
    assert "WORDLIGHT_API_KEY" in without.stderr
    assert without.exit_code == wrong.exit_code == 1
    assert right.exit_code == 0
    assert "secret" not in right.output


@pytest.mark.parametrize(
    "url",
    ["ftp://a", "http://", "http://a:port", "http://[::1", "http://me:secret@a", "http://a:0"],
)
def test_a_wrong_address_is_refused(url: str) -> None:
    done = run("--url", url, "--once")

    assert done.exit_code == 2
    assert "WRONG_USAGE" in done.stderr


@pytest.mark.parametrize("key", ["a\nb", "ü"])
def test_a_key_that_no_header_can_carry_is_refused(key: str) -> None:
    with pytest.raises(WrongUsage, match="--api-key"):
        Server("http://localhost", key)


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("localhost", "http://localhost:8000"), ("a:1/", "http://a:1"),
        ("http://[::1]:5/x/", "http://[::1]:5/x"), ("https://a.b", "https://a.b:443"),
    ],
)  # fmt: skip
def test_a_short_address_is_completed(typed: str, url: str) -> None:
    assert Server(typed).url == url


def test_watching_loads_no_engine_and_no_client() -> None:
    code = "import sys, wordlight.commands.top; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "wordlight.commands.top" in loaded
    assert not {"torch", "numba", "tritonclient", "wordlight.reading", "wordlight.front"} & {
        *loaded
    }
