"""A front door as a process of its own, before the live server."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from live_server import Live

from wordlight.front import Condition, FrontConfig, LogFormat, Phase

STARTS_WITHIN_S = 30.0


@dataclass(frozen=True)
class FrontDoor:
    """The address of a front door, the file of its log, and a client of httpx."""

    address: str
    log: Path
    http: httpx.Client

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def infer(self, model: str, body: bytes, **headers: str) -> httpx.Response:
        url = f"{self.url}/v2/models/{model}/infer"
        return self.http.post(url, content=body, headers=headers)

    def lines(self, **facts: Any) -> list[dict[str, Any]]:
        """The lines of the log with these facts."""
        told = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in told if all(line.get(k) == v for k, v in facts.items())]


@contextmanager
def front_door(live: Live, folder: Path, **settings: Any) -> Iterator[FrontDoor]:
    """A front door before this server."""
    condition, port_file, log = folder / "condition", folder / "port", folder / "log"
    Condition(Phase.SERVING).write(condition)
    http, metrics = (int(address.rpartition(":")[2]) for address in (live.http, live.metrics))
    config = FrontConfig(
        http, metrics, condition, port_file, port=0, log_format=LogFormat.JSON, **settings
    )
    config.write(folder / "front.json")
    command = [sys.executable, "-m", "wordlight.front", "--config", str(folder / "front.json")]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stderr=out)
    try:
        deadline_s = time.monotonic() + STARTS_WITHIN_S
        while not port_file.exists():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        address = f"127.0.0.1:{port_file.read_text().strip()}"
        with httpx.Client(trust_env=False, timeout=120) as client:
            yield FrontDoor(address, log, client)
    finally:
        process.terminate()
        assert process.wait(60) == 0
