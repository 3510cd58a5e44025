"""A real Prometheus that reads a server every second."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from live_server import free_ports
from prometheus_programs import programs

STARTS_WITHIN_S = 60.0
MONITORING = Path(__file__).parents[2] / "monitoring"


@dataclass(frozen=True)
class Prometheus:
    """The address of a Prometheus, and a client of httpx."""

    url: str
    http: httpx.Client

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The samples of an expression now."""
        answer = self.http.get(f"{self.url}/api/v1/query", params={"query": expression})
        told = answer.json()
        assert told["status"] == "success", (expression, told)
        found: list[dict[str, Any]] = told["data"]["result"]
        return found

    def value(self, expression: str) -> float | None:
        """The only sample of an expression; None if there is none."""
        found = self.query(expression)
        assert len(found) < 2, found
        return float(found[0]["value"][1]) if found else None

    def wait_for(self, expression: str, within_s: float = 60.0) -> None:
        """Waits until the expression has a sample."""
        until_s = time.monotonic() + within_s
        while not self.query(expression):
            assert time.monotonic() < until_s, expression
            time.sleep(0.2)

    def names(self) -> set[str]:
        """The names of all samples."""
        told = self.http.get(f"{self.url}/api/v1/label/__name__/values").json()
        return set(told["data"])

    def rules(self) -> list[dict[str, Any]]:
        """All alert rules, as they were evaluated last."""
        told = self.http.get(f"{self.url}/api/v1/rules").json()
        return [rule for group in told["data"]["groups"] for rule in group["rules"]]


@contextmanager
def prometheus(target: str, folder: Path) -> Iterator[Prometheus]:
    """A Prometheus with our example's configuration and rules, which reads this target."""
    config = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(MONITORING / "alerts.yml")]
    config["scrape_configs"][0]["static_configs"] = [{"targets": [target]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    address = f"127.0.0.1:{free_ports().http}"
    command = [
        str(programs().prometheus), f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={address}",
        "--log.level=warn",
    ]  # fmt: skip
    log = folder / "prometheus.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        with httpx.Client(trust_env=False, timeout=30) as http:
            until_s = time.monotonic() + STARTS_WITHIN_S
            while not _is_ready(http, address):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until_s
                time.sleep(0.1)
            yield Prometheus(f"http://{address}", http)
    finally:
        process.terminate()
        process.wait(30)


def _is_ready(http: httpx.Client, address: str) -> bool:
    try:
        return http.get(f"http://{address}/-/ready").status_code == 200
    except httpx.TransportError:
        return False
