"""Proxies that the environment names, and addresses of this machine, for which none is used.

Programs disagree on how to read the variables. Most prefer names in lower case to names in
capitals; gRPC reads only names in lower case. And each program has its own way to compare a host
with ``NO_PROXY``.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from wordlight.errors import ProxyMalformed

PROXY_VARIABLES = tuple(
    name
    for kind in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "GRPC_PROXY")
    for name in (kind.lower(), kind)
)
EXCEPTION_VARIABLES = ("no_proxy", "NO_PROXY")
GRPC_EXCEPTIONS = "no_grpc_proxy"
"""If this variable is set, gRPC reads it instead of ``no_proxy``."""
EVERYTHING = "*"
"""The exception that stands for every host; programs accept it only if it is the only one."""
LOOPBACK = ("localhost", "127.0.0.1", "127.0.0.0/8", "::1", "[::1]", "0.0.0.0")
"""Python's urllib compares whole names and ignores networks. For IPv6 it needs the brackets."""
LOOPBACK_NAMES = {"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"}
DISCARD_PORT = 9
SOCKS = ("socks4", "socks4a", "socks5", "socks5h")
DEFAULT_PORTS = {"http": 80, "https": 443, **dict.fromkeys(SOCKS, 1080)}
HIDDEN = "***"

_CREDENTIALS = re.compile(r"(?<=//)[^\"'\n]*@")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that a variable names, without its user and password."""

    variable: str
    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def is_socks(self) -> bool:
        """Whether it is a SOCKS proxy, which boto3 and gRPC cannot use."""
        return self.scheme in SOCKS


def named_proxies(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables that name a proxy, with their values.

    >>> named_proxies({"HTTP_PROXY": "http://proxy:3128", "https_proxy": "", "HOME": "/root"})
    {'HTTP_PROXY': 'http://proxy:3128'}
    """
    return {name: variables[name] for name in PROXY_VARIABLES if variables.get(name)}


def parse_proxy(variable: str, value: str) -> Proxy:
    """The proxy that a variable's value names; a value without a scheme means HTTP.

    Raises:
        SetupError: The value is not a proxy's address. User and password are not shown.

    >>> str(parse_proxy("HTTP_PROXY", "me:secret@proxy:3128"))
    'http://proxy:3128'
    """
    url = value if "://" in value else f"http://{value}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # half an IPv6 address, a port that is no number
        host, port = None, None
    if not host or port == 0 or parts.scheme not in DEFAULT_PORTS or re.search(r"\s", host):
        raise ProxyMalformed(variable, masked(url))
    return Proxy(variable, parts.scheme, host, port or DEFAULT_PORTS[parts.scheme])


def masked(text: str) -> str:
    """The text, with ``***`` in place of the user and password of a URL in it.

    >>> masked('Failed to parse: "http://me:secret@proxy:port"')
    'Failed to parse: "http://***@proxy:port"'
    """
    return _CREDENTIALS.sub(f"{HIDDEN}@", text)


def is_loopback(host: str) -> bool:
    """Whether a host, from a URL or ``--address``, is loopback or "any address of this machine".

    Names are only compared, never looked up.

    >>> [is_loopback(host) for host in ("127.9.9.9", "[::1]", "0.0.0.0", "10.0.0.1")]
    [True, True, True, False]
    """
    name = _bare(host)
    if name in LOOPBACK_NAMES or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and (address.is_loopback or address.is_unspecified)


def is_here(host: str) -> bool:
    """Whether a host is loopback or an IP address of this machine's network interfaces.

    The kernel is asked from which address a packet would be sent; no packet is sent.

    >>> is_here("198.51.100.1")  # kept for documentation: RFC 5737
    False
    """
    if is_loopback(host):
        return True
    address = _address(_bare(host))
    if address is None:
        return False
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), DISCARD_PORT))
            return _address(probe.getsockname()[0]) == address
    except OSError:  # there is no route
        return False


def reached_at(address: str) -> str:
    """The host at which this machine reaches a server that listens on an address.

    >>> reached_at("0.0.0.0"), reached_at("::"), reached_at("[::1]"), reached_at("10.0.0.1")
    ('127.0.0.1', '::1', '::1', '10.0.0.1')
    """
    host = address.removeprefix("[").removesuffix("]")
    found = _address(host)
    if found is None or not found.is_unspecified:
        return host
    return "::1" if ":" in host else "127.0.0.1"


def beside_proxies(variables: Mapping[str, str], *own: str) -> dict[str, str]:
    """The environment for a child process, with loopback among the exceptions from proxies.

    The user's own exceptions stay, even a ``*``. If no proxy is set, nothing is changed.

    Args:
        variables: The environment so far.
        own: Further hosts of this machine for which no proxy may be used.

    >>> beside_proxies({"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "intern"})["no_proxy"]
    'intern,localhost,127.0.0.1,127.0.0.0/8,::1,[::1],0.0.0.0'
    """
    if not named_proxies(variables):
        return dict(variables)
    small, capital = EXCEPTION_VARIABLES
    given = {
        small: variables.get(small, variables.get(capital, "")),
        capital: variables.get(capital, variables.get(small, "")),
    }
    if GRPC_EXCEPTIONS in variables:
        given[GRPC_EXCEPTIONS] = variables[GRPC_EXCEPTIONS]
    hosts = (*LOOPBACK, *own)
    return {**variables, **{name: _with(listed, hosts) for name, listed in given.items()}}


def spare_loopback(variables: MutableMapping[str, str]) -> None:
    """Adds loopback to the exceptions in ``os.environ``, for libraries that read it themselves.

    The change is never undone, because another thread may be in the middle of a download.
    """
    variables.update(beside_proxies(variables))


def _with(listed: str, hosts: tuple[str, ...]) -> str:
    if listed.strip() == EVERYTHING:
        return listed
    names = [name.strip() for name in listed.split(",") if name.strip()]
    return ",".join(dict.fromkeys([*names, *hosts]))


def _bare(host: str) -> str:
    return host.strip().lower().removeprefix("[").removesuffix("]").removesuffix(".")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a text spells; None for a name. ``127.1`` counts as an address too."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            address = ipaddress.ip_address(socket.inet_aton(host))
        except (OSError, ValueError):
            return None
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address
    return address
