"""The three ports of a server: chosen by number, or any free ones."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from wordlight.errors import AddressUnusable, PortTaken, PortTwice
from wordlight.proxies import reached_at


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports on which the server listens. 0 stands for any free port."""

    http: int = 8000
    grpc: int = 8001
    metrics: int = 8002

    @contextmanager
    def kept(self, address: str) -> Iterator[Ports]:
        """The same ports, with a free one in place of each 0. They are kept free for a server.

        During this context the kernel gives these ports to no outgoing connection. A program that
        listens with SO_REUSEADDR, as Triton does, can still take them.

        Raises:
            PortTaken: Something listens on a port that was asked for.
            PortTwice: Two ports are the same.
            AddressUnusable: The machine has no such address, or the user may not have the port.
        """
        asked = {"HTTP": self.http, "gRPC": self.grpc, "metrics": self.metrics}
        for purpose, port in asked.items():
            same = next(other for other, number in asked.items() if number == port)
            if port and same != purpose:
                raise PortTwice(port, same, purpose)
        with ExitStack() as stack:
            numbers = [
                _keep(stack.enter_context(_socket(address)), address, port, purpose)
                for purpose, port in asked.items()
            ]
            yield Ports(*numbers)


def probe_port(address: str, port: int, purpose: str) -> None:
    """Checks that a server could listen there; 0 stands for any port.

    Raises:
        PortTaken: Something listens there.
        AddressUnusable: The machine has no such address, or the user may not have the port.
    """
    with _socket(address) as probe:
        _bind(probe, address, port, purpose, is_shared=True)


def is_open(address: str) -> bool:
    """Whether other machines may reach a server that listens there.

    A name that does not resolve counts as open.
    """
    try:
        found = {each[4][0] for each in socket.getaddrinfo(address, None)}
    except (OSError, UnicodeError):
        return True
    return not all(ipaddress.ip_address(str(one).partition("%")[0]).is_loopback for one in found)


def loopback_of(address: str) -> str:
    """The loopback address of the same family: 127.0.0.1, or ::1."""
    return "::1" if ":" in address else "127.0.0.1"


def host_and_port(address: str, port: int) -> str:
    """Where a server that listens at that address is reached on this machine."""
    host = reached_at(address)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _socket(address: str) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)


def _keep(holder: socket.socket, address: str, port: int, purpose: str) -> int:
    """Binds ``holder``, which does not listen; returns the number of its port."""
    # For 0 the port must not be shared, so that the kernel chooses one that nobody else has.
    _bind(holder, address, port, purpose, is_shared=port != 0)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    number: int = holder.getsockname()[1]
    return number


def _bind(holder: socket.socket, address: str, port: int, purpose: str, *, is_shared: bool) -> None:
    if is_shared:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind((address, port))
    except (OSError, OverflowError) as error:  # OverflowError: above 65535
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise PortTaken(port, purpose) from None
        reason = getattr(error, "strerror", None) or error
        raise AddressUnusable(address, port, purpose, reason) from error
