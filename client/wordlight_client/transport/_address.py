"""The address of a server, and the protocol by which it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from wordlight.errors import InvalidInput

Protocol = Literal["grpc", "http"]

DEFAULT_PORTS = {"grpc": 8001, "http": 8000, "grpcs": 443, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A server's address; ``target`` is ``host:port`` and, over HTTP, perhaps a path."""

    protocol: Protocol
    target: str
    is_secure: bool = False

    def __str__(self) -> str:
        scheme = self.protocol + "s" * self.is_secure
        return self.target if scheme == "grpc" else f"{scheme}://{self.target}"

    @property
    def host(self) -> str:
        """The name or IP address of the server's machine."""
        return urlsplit(f"//{self.target}").hostname or ""


def parse_address(url: str, protocol: Protocol | None = None) -> Address:
    """The address in a URL; the default scheme is gRPC, the default port the protocol's usual one.

    Raises:
        InvalidInput: The URL names no host, or another protocol than ``protocol``.

    >>> parse_address("http://localhost:8000")
    Address(protocol='http', target='localhost:8000', is_secure=False)
    >>> str(parse_address("localhost"))
    'localhost:8001'
    """
    parts = urlsplit(url if "://" in url else f"{protocol or 'grpc'}://{url}")
    if parts.scheme not in DEFAULT_PORTS:
        schemes = ", ".join(f"{scheme}://" for scheme in DEFAULT_PORTS)
        raise InvalidInput("URL", f"{url!r} must start with one of {schemes} or be host:port")
    spoken: Protocol = "grpc" if parts.scheme.startswith("grpc") else "http"
    if protocol not in (None, spoken):
        raise InvalidInput("URL", f"{url!r} asks for {spoken}, the protocol given is {protocol}")
    host, port = _host_and_port(url, parts.netloc.rpartition("@")[2])
    path = parts.path.rstrip("/") if spoken == "http" else ""
    return Address(
        spoken, f"{host}:{port or DEFAULT_PORTS[parts.scheme]}{path}", parts.scheme.endswith("s")
    )


def _host_and_port(url: str, netloc: str) -> tuple[str, str]:
    host, colon, port = netloc.rpartition(":")
    if not colon or port.endswith("]"):  # no port: the colon may belong to an IPv6 address
        host, port = netloc, ""
    if not host or not (port.isdigit() or port == ""):
        raise InvalidInput("URL", f"{url!r} must name a host, and may name a port: localhost:8001")
    return host, port
