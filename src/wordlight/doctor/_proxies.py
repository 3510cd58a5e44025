"""The proxies that the environment names: whether their addresses are valid, and they answer.

No proxy is used for loopback: a bad proxy blocks weights and S3, but not the models.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping

from wordlight.doctor._finding import Finding, absent, fine, wrong
from wordlight.errors import ProxySocks, ProxyUnreachable, SetupError
from wordlight.proxies import EXCEPTION_VARIABLES, Proxy, named_proxies, parse_proxy

CONNECT_WITHIN_S = 3.0


def check_proxies(variables: Mapping[str, str]) -> Iterator[Finding]:
    """A finding for each proxy: whether it can be used, and for which hosts it is not."""
    proxies: dict[str, list[Proxy]] = {}
    n_malformed = 0
    for variable, value in named_proxies(variables).items():
        try:
            proxy = parse_proxy(variable, value)
        except SetupError as error:
            n_malformed += 1
            yield wrong("proxy", error)
        else:
            proxies.setdefault(str(proxy), []).append(proxy)
    for same in proxies.values():
        yield _check(same, variables)
    if not proxies and not n_malformed:
        yield absent("proxy", "none is set")


def _check(same: list[Proxy], variables: Mapping[str, str]) -> Finding:
    """The finding on one proxy, which several variables may name."""
    proxy = same[0]
    named = ", ".join(one.variable for one in same)
    try:
        socket.create_connection((proxy.host, proxy.port), CONNECT_WITHIN_S).close()
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no network can carry
        reason = getattr(error, "strerror", None) or str(error)
        return wrong("proxy", ProxyUnreachable(proxy, named, reason))
    if proxy.is_socks and any("HTTP" in one.variable.upper() for one in same):
        return wrong("proxy", ProxySocks(proxy, named))
    return fine("proxy", f"{proxy} answers ({named}); {_exceptions(variables)}")


def _exceptions(variables: Mapping[str, str]) -> str:
    listed = next((variables[name] for name in EXCEPTION_VARIABLES if variables.get(name)), "")
    hosts = ", ".join(host.strip() for host in listed.split(",") if host.strip())
    return f"not asked for loopback, {hosts}" if hosts else "not asked for loopback"
