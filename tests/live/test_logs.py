"""One log of a real server: each line whole, the request's id in it, and no word of a caller."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from canaries import (
    BROKEN_BODIES,
    CANARY,
    FORGED,
    PATHS,
    as_json,
    broken_over_grpc,
    calls,
    send_over_grpc,
)
from traces import processes_with, until
from two_models import said_until, serve

from wordlight.contract import SUBTITLES, VOICES
from wordlight.front import hash_key
from wordlight.logs import Line

MODELS = (SUBTITLES, VOICES)
SOURCES = {"supervisor", "triton", "front", "subtitles_0_0", "voices_0_0", "stderr"}
LEVELS = {"info", "warning", "error", "critical"}
GOOD = {"WORDS": ["light", "wörd"], "STARTS": [0.5, 1.5], "ENDS": [1.0, 2.0]}
A_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SECRET = "a key that nobody may read"
KEY = {"x-api-key": SECRET}


@dataclass
class Logging:
    """A running ``wordlight serve`` that keeps its log."""

    process: subprocess.Popen[str]
    http: str
    grpc: str
    log: Path
    began_s: float

    @property
    def triton(self) -> str:
        """The address of Triton's own gRPC, behind the front door."""
        command = command_of_triton(self.log.parent)
        found = re.search(r"--grpc-port=(\d+)", command)
        assert found
        return f"127.0.0.1:{found[1]}"

    def lines(self, path: Path | None = None) -> list[dict[str, Any]]:
        """All lines of the log, each of which is JSON."""
        return [json.loads(line) for line in (path or self.log).read_text().splitlines()]

    def about(self, request_id: str) -> list[dict[str, Any]]:
        """The lines about a request, once its answer has been logged by its model."""
        until(lambda: self._about(request_id), 10)
        return self._about(request_id)

    def _about(self, request_id: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line.get("request_id") == request_id]

    def settle(self) -> None:
        """Waits until all that was written so far is in the log."""
        self.ask(VOICES.name, {"LANGUAGE": ["en"]}, mark := f"settled-{time.monotonic_ns()}")
        until(lambda: len(self._about(mark)) == 2, 10)

    def ask(self, model: str, values: dict[str, list[Any]], request_id: str) -> httpx.Response:
        inputs = [
            {"name": name, "datatype": "FP64" if isinstance(value[0], float) else "BYTES",
             "shape": [1, len(value)], "data": value}
            for name, value in values.items()
        ]  # fmt: skip
        return self.post(f"/v2/models/{model}/infer", json.dumps({"inputs": inputs}).encode(),
                         **{"x-request-id": request_id})  # fmt: skip

    def post(self, path: str, body: bytes, **headers: str) -> httpx.Response:
        known = {"authorization": f"Bearer {SECRET}", **headers}
        with httpx.Client(trust_env=False, timeout=60) as client:
            return client.post(f"{self.http}{path}", content=body, headers=known)


def begin(volume: Path, log: Path, *more: str) -> Logging:
    keys = log.with_name("keys.txt")
    keys.write_text(f"anna:{hash_key(SECRET)}\n")
    began_s = time.time()
    process = serve(
        volume, "--api-keys", str(keys), "--log", str(log), "--log-format",
        "json", *more,
    )  # fmt: skip
    said = said_until(process, "HTTP http://")
    http, grpc = re.search(r"HTTP (\S+)", said), re.search(r"gRPC (\S+)", said)
    assert http
    assert grpc
    return Logging(process, http[1], grpc[1], log, began_s)


def end(one: Logging) -> None:
    if one.process.poll() is None:
        one.process.send_signal(signal.SIGCONT)
        one.process.terminate()
    one.process.communicate(timeout=60)


def command_of_triton(state: Path) -> str:
    """The command line of the server's Triton."""
    for pid in processes_with(f"--model-repository={state}"):
        command = Path(f"/proc/{pid}/cmdline").read_text()
        if "--grpc-port=" in command:
            return command
    raise AssertionError("there is no Triton")


def management_key(state: Path) -> str:
    """The key that the server's Triton was started with."""
    found = re.search(r"wordlight-management-key=(\w+)", command_of_triton(state))
    assert found
    return found[1]


@pytest.fixture(scope="module")
def logging(volume: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logging]:
    """A server in another time zone than that of its log."""
    folder = tmp_path_factory.mktemp("logging")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        patch.setenv("TMPDIR", str(folder))
        one = begin(volume, folder / "service.log")
    yield one
    end(one)


def test_every_line_of_every_process_has_time_level_source_and_message(logging: Logging) -> None:
    logging.settle()

    lines = logging.lines()
    now_s = time.time()
    for line in lines:
        assert A_TIME.fullmatch(line["time"]), line
        assert line["level"] in LEVELS
        assert line["source"] in SOURCES
        assert line["message"].strip()
        read = Line.read(json.dumps(line))
        assert read is not None
        assert logging.began_s - 0.01 < read.time_s < now_s + 0.01, line
    assert {line["source"] for line in lines} == SOURCES
    assert "weights of mini verified" in lines[0]["message"]


def test_a_healthy_start_has_no_error_and_says_what_loaded_in_how_long(logging: Logging) -> None:
    lines = logging.lines()

    assert not [line for line in lines if line["level"] in ("error", "critical")]
    loaded = {line["model"]: line["seconds"] for line in lines if line["message"] == "loaded"}
    assert loaded.keys() == {model.name for model in MODELS}
    assert all(0 < seconds < 60 for seconds in loaded.values())
    assert any(line["message"].startswith("READY in") for line in lines)
    assert any(line.get("phase") == "serving" for line in lines)


def test_an_id_of_http_is_in_the_lines_of_front_and_model(logging: Logging) -> None:
    answer = logging.ask(SUBTITLES.name, GOOD, "walk-7")
    refused = logging.ask(SUBTITLES.name, {**GOOD, "ENDS": [0.1, 2.0]}, "walk-8")
    logging.settle()

    assert answer.status_code == 200
    assert refused.status_code == 400
    model, front = sorted(logging.about("walk-7"), key=lambda line: line["source"], reverse=True)
    assert (front["source"], front["status"], front["model"]) == ("front", 200, SUBTITLES.name)
    assert front["key"] == "anna"
    assert (model["source"], model["message"], model["status"]) == (
        "subtitles_0_0", "answered", "OK",
    )  # fmt: skip
    assert 0 < model["seconds"] <= front["seconds"] < 60
    (told,) = [line for line in logging.about("walk-8") if line["source"] == "subtitles_0_0"]
    assert (told["message"], told["code"]) == ("refused", "WORD_TIME_INVALID")


def test_an_id_of_grpc_is_in_the_models_line(logging: Logging) -> None:
    assert send_over_grpc(logging.grpc, VOICES, {"LANGUAGE": "en"}, "swim-1", **KEY)

    model, front = sorted(logging.about("swim-1"), key=lambda line: line["source"], reverse=True)
    assert (model["source"], model["status"]) == ("voices_0_0", "OK")
    assert (front["source"], front["status"], front["key"]) == ("front", 200, "anna")


def test_no_word_of_a_caller_is_in_the_log_and_none_begins_a_line(logging: Logging) -> None:
    logging.settle()
    n_before, n_sent = len(logging.lines()), 0
    for spec, values in calls(MODELS):
        n_sent += 1
        forged = f"id-{n_sent}\n{FORGED}\x1b[2J"
        send_over_grpc(logging.triton, spec, values, forged)
        send_over_grpc(logging.grpc, spec, values, forged, **KEY)
        body = as_json(spec, values, f"web-{n_sent}")
        logging.post(f"/v2/models/{spec.name}/infer", body)
    broken_over_grpc(logging.triton)
    broken_over_grpc(logging.grpc, **KEY)
    broken_over_grpc(logging.grpc, **{"x-api-key": CANARY, "authorization": CANARY})
    for body in BROKEN_BODIES:
        logging.post("/v2/models/voices/infer", body, **{"user-agent": CANARY, "x-a": CANARY})
    for path in PATHS:
        logging.post(path, b"{}", authorization=f"Bearer {CANARY}", **{"x-api-key": CANARY})
        logging.post(path, b"{}")
    logging.post("/v2/models/voices/infer", b"{}", **{"x-request-id": f"a {FORGED}"})
    logging.settle()

    whole = logging.log.read_text()
    assert CANARY not in whole.casefold()
    assert SECRET not in whole
    assert management_key(logging.log.parent) not in whole
    lines = logging.lines()
    assert not [line for line in lines if line["message"].startswith(FORGED)]
    assert len(lines) - n_before < 5 * n_sent
    answered = [line for line in lines[n_before:] if line["source"].endswith("_0_0")]
    assert len(answered) > n_sent
    assert not [line for line in lines if line["level"] == "error"]


def test_a_log_that_is_moved_away_goes_on_in_a_new_file(logging: Logging) -> None:
    logging.ask(VOICES.name, {"LANGUAGE": ["en"]}, "yesterday")
    logging.settle()
    old = logging.log.with_suffix(".1")
    logging.log.rename(old)
    logging.ask(VOICES.name, {"LANGUAGE": ["en"]}, "today")
    until(lambda: logging.log.exists() and "today" in logging.log.read_text(), 10)

    assert [line for line in logging.lines(old) if line.get("request_id") == "yesterday"]
    assert [line for line in logging.lines() if line.get("request_id") == "today"]
    new = logging.log.read_text()
    logging.log.write_text(old.read_text() + new)


def test_a_supervisor_that_is_stopped_keeps_no_request_waiting_and_loses_no_line(
    logging: Logging,
) -> None:
    os.kill(logging.process.pid, signal.SIGSTOP)
    try:
        began_s = time.monotonic()
        for number in range(300):
            assert send_over_grpc(
                logging.grpc, VOICES, {"LANGUAGE": "en"}, f"still-{number}", **KEY
            )
        took_s = time.monotonic() - began_s
    finally:
        os.kill(logging.process.pid, signal.SIGCONT)
    logging.settle()

    print(f"300 requests in {took_s:.1f} s while the supervisor was stopped")
    for source in ("voices_0_0", "front"):
        lines = [line for line in logging.lines() if line["source"] == source]
        told = [str(line.get("request_id")) for line in lines]
        assert [one for one in told if "still-" in one] == [f"still-{n}" for n in range(300)]


def test_a_model_that_is_killed_is_an_error_of_the_supervisor(logging: Logging) -> None:
    (pid,) = processes_with(f"{logging.log.parent}/wordlight-{os.geteuid()}-0/models/voices/1")
    os.kill(pid, signal.SIGKILL)
    until(lambda: any(line["message"] == "READY again" for line in logging.lines()), 60)

    (line,) = [line for line in logging.lines() if line["level"] == "error"]
    assert (line["source"], line["code"]) == ("supervisor", "SERVER_FAILED")
    assert "the process of voices ended while it served" in line["message"]
    phases = [line["phase"] for line in logging.lines() if "phase" in line]
    assert phases == ["serving", "sick", "serving"]


def test_a_start_that_fails_is_in_the_log_with_its_code(volume: Path, tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = serve(
            volume, "--grpc-port", port, "--log", str(log), "--log-format", "json"
        )  # fmt: skip
        said = process.communicate(timeout=60)[0]

    assert process.returncode == 1
    assert "PORT_TAKEN" in said
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["level"], line["code"]) for line in lines if "code" in line] == [
        ("error", "PORT_TAKEN")
    ]


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_log_on_standard_error_is_all_that_is_there(
    volume: Path, state: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDLIGHT_LOG", "-")
    monkeypatch.setenv("WORDLIGHT_LOG_FORMAT", form)
    process = serve(volume, "--", sys.executable, "-c", "print('done')")
    said = process.communicate(timeout=120)[0]

    assert process.returncode == 0, said
    others = []
    for line in said.splitlines():
        if form == "json" and Line.read(line) is None:
            others.append(line)
        if form == "text" and not re.match(rf"{A_TIME.pattern} [A-Z]+ \w+: ", line):
            others.append(line)
    assert others == ["done"]
    assert "READY in" in said
    assert "successfully loaded 'voices'" in said
    assert not list(state.glob("wordlight-*"))
