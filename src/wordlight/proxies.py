"""Proxies that the environment names, and what lies on this machine and is never asked through one.

Programs disagree on how the variables are read: most take small letters before capitals, gRPC small
letters alone, and ``NO_PROXY`` is compared with a host in as many ways as there are programs.
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
"""Where this is set, gRPC reads it instead of ``no_proxy``."""
EVERYTHING = "*"
"""The exception that stands for every host; programs know it only where it stands alone."""
LOOPBACK = ("localhost", "127.0.0.1", "127.0.0.0/8", "::1", "[::1]", "0.0.0.0")
"""Python's urllib compares whole names and knows no networks; with IPv6 it needs the brackets."""
LOOPBACK_NAMES = {"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"}
DISCARD_PORT = 9
SOCKS = ("socks4", "socks4a", "socks5", "socks5h")
DEFAULT_PORTS = {"http": 80, "https": 443, **dict.fromkeys(SOCKS, 1080)}
HIDDEN = "***"

_CREDENTIALS = re.compile(r"(?<=//)[^\"'\n]*@")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that a variable names; its user and password are left out."""

    variable: str
    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS, which boto3 and gRPC do not."""
        return self.scheme in SOCKS


def named_proxies(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables that name a proxy, and what they say.

    >>> named_proxies({"HTTP_PROXY": "http://proxy:3128", "https_proxy": "", "HOME": "/root"})
    {'HTTP_PROXY': 'http://proxy:3128'}
    """
    return {name: variables[name] for name in PROXY_VARIABLES if variables.get(name)}


def parse_proxy(variable: str, value: str) -> Proxy:
    """The proxy that a variable's value names; without a scheme it is HTTP.

    Raises:
        SetupError: It is no proxy's address. User and password are not shown.

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
    """The text, with ``***`` for the user and password of a URL in it.

    >>> masked('Failed to parse: "http://me:secret@proxy:port"')
    'Failed to parse: "http://***@proxy:port"'
    """
    return _CREDENTIALS.sub(f"{HIDDEN}@", text)


def is_loopback(host: str) -> bool:
    """Whether a host, as a URL or ``--address`` names it, is loopback or "any address of mine".

    Names are compared, never looked up.

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

    The kernel is asked which address a packet would leave from; none is sent.

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
    except OSError:  # no way leads there
        return False


def reached_at(address: str) -> str:
    """Where this machine reaches a server that listens on an address.

    >>> reached_at("0.0.0.0"), reached_at("::"), reached_at("[::1]"), reached_at("10.0.0.1")
    ('127.0.0.1', '::1', '::1', '10.0.0.1')
    """
    host = address.removeprefix("[").removesuffix("]")
    found = _address(host)
    if found is None or not found.is_unspecified:
        return host
    return "::1" if ":" in host else "127.0.0.1"


def beside_proxies(variables: Mapping[str, str], *own: str) -> dict[str, str]:
    """The environment for a child process, whose exceptions from proxies also name loopback.

    What the user has there stays, also a ``*``. It is unchanged where no proxy is set.

    Args:
        variables: The environment so far.
        own: Further hosts of this machine that are never asked through a proxy.

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
    """Names loopback among the exceptions of ``os.environ``, for libraries that read it themselves.

    It stays so: a second thread may be in the midst of a download.
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
    """The IP address that a text spells; None for a name. ``127.1`` is one, as for the resolver."""
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
