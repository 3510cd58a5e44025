"""The proxies that the environment names: can they be understood, and do they answer.

Loopback is never asked through one: a bad proxy keeps weights and S3 away, not the models.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping

from wordlight.doctor._finding import Complaint, Finding, State, absent, fine
from wordlight.errors import SetupError
from wordlight.proxies import EXCEPTION_VARIABLES, Proxy, named_proxies, parse_proxy

CONNECT_WITHIN_S = 3.0

PROXY_MALFORMED = Complaint(
    "PROXY_MALFORMED",
    State.WARNING,
    "{variable} is '{value}', which is no proxy's address",
    "What goes through the proxy fails before anything is sent: S3, the hub, package indexes. What "
    "lies on the volume is served all the same.",
    "write it as http://host:port, or unset it",
)
PROXY_UNREACHABLE = Complaint(
    "PROXY_UNREACHABLE",
    State.WARNING,
    "the proxy {proxy} of {variables} does not answer ({reason})",
    "Weights and S3 behind it cannot be fetched. What lies on the volume is served all the same.",
    "correct {variables}, or unset them where nothing needs a proxy",
)
PROXY_SOCKS = Complaint(
    "PROXY_SOCKS",
    State.WARNING,
    "the proxy {proxy} of {variables} speaks SOCKS",
    "uv can use it; boto3, and so S3, cannot.",
    "name an HTTP proxy, as http://host:port, in HTTP_PROXY and HTTPS_PROXY",
)


def check_proxies(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Each proxy that is set, whether it can be used, and the exceptions from it."""
    proxies: dict[str, list[Proxy]] = {}
    n_malformed = 0
    for variable, value in named_proxies(variables).items():
        try:
            proxy = parse_proxy(variable, value)
        except SetupError as error:
            n_malformed += 1
            yield PROXY_MALFORMED.told("proxy", error)
        else:
            proxies.setdefault(str(proxy), []).append(proxy)
    for same in proxies.values():
        yield _check(same, variables)
    if not proxies and not n_malformed:
        yield absent("proxy", "none is set")


def _check(same: list[Proxy], variables: Mapping[str, str]) -> Finding:
    """What is found of one proxy, which several variables may name."""
    proxy = same[0]
    facts = {"proxy": proxy, "variables": ", ".join(named.variable for named in same)}
    try:
        socket.create_connection((proxy.host, proxy.port), CONNECT_WITHIN_S).close()
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no network can carry
        reason = getattr(error, "strerror", None) or str(error)
        return PROXY_UNREACHABLE.found("proxy", reason=reason, **facts)
    if proxy.is_socks and any("HTTP" in named.variable.upper() for named in same):
        return PROXY_SOCKS.found("proxy", **facts)
    return fine("proxy", f"{proxy} answers ({facts['variables']}); {_exceptions(variables)}")


def _exceptions(variables: Mapping[str, str]) -> str:
    listed = next((variables[name] for name in EXCEPTION_VARIABLES if variables.get(name)), "")
    hosts = ", ".join(host.strip() for host in listed.split(",") if host.strip())
    return f"not asked for loopback, {hosts}" if hosts else "not asked for loopback"
