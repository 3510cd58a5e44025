"""Problems with the proxies that the environment names."""

from __future__ import annotations

from wordlight.errors._root import Severity
from wordlight.errors._setup import SetupError

__all__ = ["ProxyMalformed", "ProxySocks", "ProxyUnreachable"]


class ProxyMalformed(SetupError):
    """The value of a variable is not the address of a proxy."""

    code = "PROXY_MALFORMED"
    severity = Severity.WARNING
    says = "{variable} is {value!r}, which is no proxy's address"
    meaning = (
        "Every request through the proxy fails before it is sent: to S3, the hub, package "
        "indexes. Files on the volume are served all the same."
    )
    advice = "write it as http://host:port, or unset it"

    variable: str
    value: str


class ProxyUnreachable(SetupError):
    """A proxy does not answer."""

    code = "PROXY_UNREACHABLE"
    severity = Severity.WARNING
    says = "the proxy {proxy} of {variables} does not answer ({reason})"
    meaning = (
        "Weights and S3 cannot be reached through the proxy. Files on the volume are served all "
        "the same."
    )
    advice = "correct {variables}, or unset them where nothing needs a proxy"

    proxy: object
    variables: str
    reason: object


class ProxySocks(SetupError):
    """The proxy is a SOCKS proxy, which S3 cannot use."""

    code = "PROXY_SOCKS"
    severity = Severity.WARNING
    says = "the proxy {proxy} of {variables} speaks SOCKS"
    meaning = "uv can use a SOCKS proxy; boto3, and so S3, cannot."
    advice = "name an HTTP proxy, as http://host:port, in HTTP_PROXY and HTTPS_PROXY"

    proxy: object
    variables: str
