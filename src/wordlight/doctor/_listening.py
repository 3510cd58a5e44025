"""What listens on the server's ports: nothing, another program, or a server and its models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from itertools import combinations
from pathlib import Path
from typing import Any

from wordlight.doctor._finding import Finding, absent, fine, wrong
from wordlight.doctor._setup import Setup
from wordlight.errors import AddressUnusable, ModelNotReady, PortTaken, PortTwice, ServerNotReady
from wordlight.proxies import reached_at
from wordlight.serving import ask, probe_port

ANSWER_WITHIN_S = 3.0
PROC = Path("/proc")
LISTENING = "0A"
"""TCP_LISTEN in the third column of /proc/net/tcp (include/net/tcp_states.h)."""


@dataclass(frozen=True, slots=True)
class Running:
    """A Triton server that answers.

    ``models`` maps each model's name to the reason why it is not ready, or to None.
    """

    version: str
    is_ready: bool
    models: dict[str, str | None]


def look_at_server(setup: Setup) -> Running | None:
    """The server that answers on the HTTP port; None if none does."""
    if _ask(setup, "v2/health/live") is None:
        return None
    try:
        version = str(json.loads(_ask(setup, "v2") or b"")["version"])
        index = json.loads(_ask(setup, "v2/repository/index", "POST") or b"")
        return Running(
            version, _ask(setup, "v2/health/ready") is not None, dict(map(_model, index))
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # a program that is not Triton


def check_models(setup: Setup, running: Running | None) -> Iterator[Finding]:
    """The findings on the running server, and on each of its models that is not ready."""
    url = f"http://{_url(setup)}"
    if running is None:
        yield absent("server", f"none answers at {url}")
        return
    failed = {name: reason for name, reason in running.models.items() if reason is not None}
    if not failed and not running.is_ready:
        yield wrong("server", ServerNotReady(url=url))
        return
    n_ready = len(running.models) - len(failed)
    yield fine(
        "server",
        f"Triton {running.version} at {url}, {n_ready} of {len(running.models)} models ready",
    )
    for name, reason in failed.items():
        yield wrong(name, ModelNotReady(model=name, reason=reason))


def check_ports(setup: Setup, running: Running | None) -> Iterator[Finding]:
    """A finding for each port that is not available.

    There is a single finding if all are available, or if a running server holds them.
    """
    if running is not None:
        yield fine("ports", "held by the server that runs")
        return
    ports = {"HTTP": setup.ports.http, "gRPC": setup.ports.grpc, "metrics": setup.ports.metrics}
    free = True
    for purpose, port in ports.items():
        found = _check_port(setup.address, port, purpose)
        if found is not None:
            free = False
            yield found
    twice = [(a, b) for a, b in combinations(ports, 2) if ports[a] and ports[a] == ports[b]]
    for first, second in twice:
        free = False
        yield wrong(f"port {ports[first]}", PortTwice(ports[first], first, second))
    if free:
        numbers = ", ".join(str(port or "any") for port in ports.values())
        yield fine("ports", f"{numbers} on {setup.address} are free")


def holder(port: int, proc: Path = PROC) -> str:
    """``name (pid 12)`` of the program that listens on a TCP port; empty if that is not visible."""
    inodes = {
        fields[9]
        for table in ("net/tcp", "net/tcp6")
        for fields in _rows(proc / table)
        if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port
    }
    links = {f"socket:[{inode}]" for inode in inodes}
    for process in proc.glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or belongs to another user
            if any(str(link.readlink()) in links for link in (process / "fd").iterdir()):
                name = (process / "comm").read_text().strip()
                return f"{name} (pid {process.name})"
    return ""


def _check_port(address: str, port: int, purpose: str) -> Finding | None:
    name = f"port {port}"
    try:
        probe_port(address, port, purpose)
    except PortTaken:
        return wrong(name, PortTaken(port, purpose, holder(port)))
    except AddressUnusable as error:
        return wrong(name, error)
    return None


def _rows(table: Path) -> list[list[str]]:
    with suppress(OSError):
        return [line.split() for line in table.read_text().splitlines()[1:]]
    return []


def _ask(setup: Setup, path: str, method: str = "GET") -> bytes | None:
    """The body of the server's answer; None if no answer comes, or its status is not 200."""
    answer = ask(setup.address, setup.ports.http, path, method=method, timeout_s=ANSWER_WITHIN_S)
    return answer[1] if answer is not None and answer[0] == HTTPStatus.OK else None


def _model(entry: dict[str, Any]) -> tuple[str, str | None]:
    if entry.get("state") == "READY":
        return entry["name"], None
    reason = str(entry.get("reason", "")).partition("\n")[0]
    return entry["name"], reason or str(entry.get("state", "it was not loaded"))


def _url(setup: Setup) -> str:
    host = reached_at(setup.address)
    return f"[{host}]:{setup.ports.http}" if ":" in host else f"{host}:{setup.ports.http}"
