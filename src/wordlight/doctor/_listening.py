"""What listens on the server's ports: nothing, another program, or a server and its models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations
from pathlib import Path

from wordlight.condition import Condition, Phase
from wordlight.doctor._finding import Finding, absent, fine, wrong
from wordlight.doctor._setup import Setup
from wordlight.errors import AddressUnusable, ModelNotReady, PortTaken, PortTwice, ServerNotReady
from wordlight.serving import ask, host_and_port, probe_port

ANSWER_WITHIN_S = 3.0
PROC = Path("/proc")
LISTENING = "0A"
"""TCP_LISTEN in the third column of /proc/net/tcp (include/net/tcp_states.h)."""


def look_at_server(setup: Setup) -> Condition | None:
    """How the server is that answers on the HTTP port; None if none of ours does."""
    answer = ask(setup.address, setup.ports.http, "health", timeout_s=ANSWER_WITHIN_S)
    if answer is None:
        return None
    try:
        return Condition.parse(answer[1].decode())
    except (ValueError, TypeError):
        return None  # another program


def check_models(setup: Setup, running: Condition | None) -> Iterator[Finding]:
    """The findings on the running server, and on each of its models that is not ready."""
    url = f"http://{host_and_port(setup.address, setup.ports.http)}"
    if running is None:
        yield absent("server", f"none answers at {url}")
        return
    if running.phase is not Phase.SERVING:
        why = running.sentence or f"it is {running.phase}"
        doing = f" ({running.doing})" if running.doing else ""
        yield wrong("server", ServerNotReady(url, f"{why}{doing}"))
        return
    without = f", without {', '.join(running.left_out)}" if running.left_out else ""
    yield fine("server", f"serves at {url}{without}")
    for name in running.left_out:
        yield wrong(name, ModelNotReady(name, "it did not load; the server's log says why"))


def check_ports(setup: Setup, running: Condition | None) -> Iterator[Finding]:
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
