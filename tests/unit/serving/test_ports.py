"""Three ports for a server: those that were asked for, or free ones that stay free for it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from wordlight.errors import AddressUnusable, PortTaken, PortTwice
from wordlight.serving import Ports, is_open

LOOPBACK = "127.0.0.1"
IN_A_SMALL_RANGE = """\
import errno, socket
from pathlib import Path
from wordlight.serving import Ports, is_open

Path("/proc/sys/net/ipv4/ip_local_port_range").write_text("40000 40019")
given = []
with Ports(0, 0, 0).kept("127.0.0.1") as kept:
    for _ in range(100):
        other = socket.socket()
        if REUSE:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 0))
            other.listen()
        except OSError as error:
            assert error.errno == errno.EADDRINUSE
            break
        given.append(other)
    ports = {other.getsockname()[1] for other in given}
    assert len(ports) == 17, sorted(ports)
    assert not ports & {kept.http, kept.grpc, kept.metrics}
"""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        yield listener.getsockname()[1]


def listener(port: int, address: str = LOOPBACK) -> socket.socket:
    """What listens as Triton does."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family)  # with SO_REUSEADDR


def test_a_zero_gives_a_free_port_and_three_give_three() -> None:
    with Ports(0, 0, 0).kept(LOOPBACK) as kept:
        assert len({kept.http, kept.grpc, kept.metrics}) == 3
        assert min(kept.http, kept.grpc, kept.metrics) > 1023


def test_a_port_that_was_asked_for_stays(taken: int) -> None:
    with Ports(0, 0, 0).kept(LOOPBACK) as any_ports:
        pass

    with Ports(any_ports.http, 0, any_ports.metrics).kept(LOOPBACK) as kept:
        assert (kept.http, kept.metrics) == (any_ports.http, any_ports.metrics)
        assert kept.grpc not in (0, kept.http, kept.metrics)


@pytest.mark.parametrize("address", [LOOPBACK, "0.0.0.0", "::1", "::", "localhost"])
@pytest.mark.parametrize("asked", [False, True], ids=["any", "asked for"])
def test_a_server_can_listen_on_a_kept_port(address: str, asked: bool) -> None:
    ports = Ports(0, 0, 0)
    if asked:
        with ports.kept(address) as ports:
            pass

    with ports.kept(address) as kept:
        with listener(kept.http, address), socket.create_connection((address, kept.http), 1):
            pass
        with listener(kept.grpc, address), listener(kept.metrics, address):
            pass


def test_a_server_goes_on_listening_when_its_port_is_no_longer_kept() -> None:
    with Ports(0, 0, 0).kept(LOOPBACK) as kept:
        server = listener(kept.http)

    with server, socket.create_connection((LOOPBACK, kept.http), 1):
        pass


def test_nothing_answers_on_a_kept_port_before_the_server_does() -> None:
    with Ports(0, 0, 0).kept(LOOPBACK) as kept, pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, kept.http), 1)


def test_no_outgoing_connection_gets_a_kept_port(taken: int) -> None:
    with Ports(0, 0, 0).kept(LOOPBACK) as kept:
        connections = [socket.create_connection((LOOPBACK, taken), 1) for _ in range(100)]
        got = {connection.getsockname()[1] for connection in connections}
        for connection in connections:
            connection.close()

    assert not got & {kept.http, kept.grpc, kept.metrics}


@pytest.mark.parametrize("reuse", [False, True], ids=["plain", "SO_REUSEADDR"])
def test_a_program_that_asks_for_any_port_never_gets_a_kept_one(reuse: bool) -> None:
    """In a network of its own with 20 ports, of which 3 are kept, 17 can be had."""
    done = subprocess.run(
        ["unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up; exec "$@"', "sh",
         sys.executable, "-c", f"REUSE = {reuse}\n{IN_A_SMALL_RANGE}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "unshare" in done.stderr:
        pytest.skip(f"there can be no network of its own here: {done.stderr.strip()}")

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("purpose", ["http", "grpc", "metrics"])
def test_a_taken_port_is_named_with_what_it_was_for(taken: int, purpose: str) -> None:
    ports = Ports(**{"http": 0, "grpc": 0, "metrics": 0, purpose: taken})

    with pytest.raises(PortTaken) as caught, ports.kept(LOOPBACK):
        pass

    assert caught.value.port == taken
    assert f"port {taken} for {purpose}".lower() in str(caught.value).lower()


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_an_address_of_another_machine_is_not_called_a_taken_port(address: str) -> None:
    with pytest.raises(AddressUnusable) as caught, Ports(0, 0, 0).kept(address):
        pass

    assert f"{address}:0 for HTTP" in str(caught.value)
    assert "--address" in caught.value.remedy


def test_a_number_that_is_no_port_is_refused_with_the_option_that_changes_it() -> None:
    with (
        pytest.raises(AddressUnusable, match=r"→ .*--metrics-port"),
        Ports(0, 0, 70_000).kept(LOOPBACK),
    ):
        pass


def test_a_port_is_free_again_after_a_refusal(taken: int) -> None:
    with Ports(0, 0, 0).kept(LOOPBACK) as free:
        pass
    with pytest.raises(PortTaken), Ports(free.http, taken, 0).kept(LOOPBACK):
        pass

    with socket.socket() as other:
        other.bind((LOOPBACK, free.http))


def test_two_equal_ports_are_refused_with_the_option_that_changes_one() -> None:
    with (
        pytest.raises(
            PortTwice, match=r"port 9100 is given for HTTP and for gRPC\n→ .*--grpc-port"
        ),
        Ports(9100, 9100, 0).kept("127.0.0.1"),
    ):
        pass


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", False),
        ("127.8.0.1", False),
        ("::1", False),
        ("localhost", False),
        ("0.0.0.0", True),
        ("::", True),
        ("192.0.2.7", True),
        ("no.such.name.invalid", True),
    ],
)
def test_an_address_is_open_unless_it_is_loopback(address: str, expected: bool) -> None:
    assert is_open(address) is expected
