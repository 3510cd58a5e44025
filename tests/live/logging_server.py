"""``wordlight serve`` of two models that keeps its log, and asks callers for a key."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from traces import processes_with, until
from two_models import said_until, serve

from wordlight.contract import VOICES
from wordlight.front import hash_key

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
