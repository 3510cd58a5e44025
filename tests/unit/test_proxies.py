"""Addresses of this machine, hosts in proxy variables, and other programs with our exceptions."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from proxy import EXCEPTIONS, SPELLINGS, proxy, proxy_variables

from wordlight.errors import SetupError
from wordlight.proxies import (
    LOOPBACK,
    beside_proxies,
    is_here,
    is_loopback,
    masked,
    parse_proxy,
    reached_at,
)

SET = {"HTTP_PROXY": "http://proxy.example:3128"}
READERS = {
    "urllib": "import urllib.request as u; u.urlopen(url, timeout=5).read()",
    "requests": "import requests; requests.get(url, timeout=5)",
    "gRPC": "import grpc; c = grpc.insecure_channel(url.split('/')[2]); "
    "grpc.channel_ready_future(c).result(1)",
}
"""Programs that read the variables in three different ways."""


@pytest.mark.parametrize(
    "host",
    ["localhost", "LocalHost.", "wordlight.localhost", "ip6-localhost", "127.0.0.1", "127.8.9.10",
     "127.1", "0x7f000001", "2130706433", "::1", "[::1]", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1",
     "[::ffff:7f00:1]", "::1%lo", "0.0.0.0", "::", "[::]"],
)  # fmt: skip
def test_every_spelling_of_loopback_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "localhost.example", "notlocalhost", "127.example", "128.0.0.1", "10.0.0.1", "1.0.0.127",
     "::2", "fe80::1", "::ffff:10.0.0.1", "storage", "127.0.0.1.example"],
)  # fmt: skip
def test_nothing_else_is_loopback(host: str) -> None:
    assert not is_loopback(host)


def own_addresses() -> list[str]:
    """What the interfaces of this machine have beside loopback."""
    told = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False).stdout
    return told.split()


def test_an_address_of_an_interface_is_here() -> None:
    addresses = own_addresses()
    if not addresses:
        pytest.skip("this machine has no network beside loopback")

    assert [address for address in addresses if not is_here(address)] == []
    assert not any(map(is_loopback, addresses))


def test_others_are_not_here() -> None:
    assert not is_here("203.0.113.7")
    assert not is_here("[2001:db8::7]")
    assert not is_here("storage.example")


@pytest.mark.parametrize(
    ("listens", "asked"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("[::]", "::1"), ("[::1]", "::1"),
     ("127.0.0.1", "127.0.0.1"), ("10.1.2.3", "10.1.2.3"), ("localhost", "localhost")],
)  # fmt: skip
def test_a_server_is_asked_where_it_listens(listens: str, asked: str) -> None:
    assert reached_at(listens) == asked


def test_without_a_proxy_the_environment_stays_as_it_is() -> None:
    variables = {"PATH": "/bin", "NO_PROXY": "a", "https_proxy": ""}

    assert beside_proxies(variables) == variables


@pytest.mark.parametrize("name", [*proxy_variables("")])
def test_any_spelling_of_a_proxy_brings_the_exceptions(name: str) -> None:
    variables = beside_proxies({name: "http://proxy.example:3128"}, "10.1.2.3")

    for spelling in ("no_proxy", "NO_PROXY"):
        assert variables[spelling].split(",") == [*LOOPBACK, "10.1.2.3"]
    assert variables[name] == "http://proxy.example:3128"


def test_what_the_user_excepts_stays_and_is_said_once() -> None:
    given = SET | {"NO_PROXY": "intern, 127.0.0.1", "no_grpc_proxy": "models"}

    variables = beside_proxies(beside_proxies(given))

    assert variables["NO_PROXY"].startswith("intern,127.0.0.1,localhost,")
    assert variables["no_proxy"] == variables["NO_PROXY"]
    assert variables["no_grpc_proxy"].startswith("models,localhost,")


def test_two_spellings_that_differ_keep_their_difference() -> None:
    variables = beside_proxies(SET | {"NO_PROXY": "a", "no_proxy": ""})

    assert variables["NO_PROXY"].startswith("a,localhost")
    assert variables["no_proxy"].startswith("localhost")


def test_an_exception_for_everything_stays_alone() -> None:
    assert beside_proxies(SET | {"NO_PROXY": "*"})["no_proxy"] == "*"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("http://proxy:3128", "http://proxy:3128"), ("proxy:3128", "http://proxy:3128"),
     ("https://me:secret@proxy", "https://proxy:443"), ("http://10.0.0.1/", "http://10.0.0.1:80"),
     ("socks5h://proxy", "socks5h://proxy:1080"), ("http://[fd00::1]:80", "http://[fd00::1]:80"),
     ("http://me:a%40b@proxy:1", "http://proxy:1")],
)  # fmt: skip
def test_a_proxy_is_understood_and_shown_without_its_password(value: str, shown: str) -> None:
    assert str(parse_proxy("HTTP_PROXY", value)) == shown


@pytest.mark.parametrize(
    "value",
    ["http://me:secret@proxy:port", "http://me:secret@proxy:99999", "http://me:secret@proxy:0",
     "http://me:secret@", "http://", "ftp://me:secret@proxy:21", "http://me:secret@[fd00::1",
     "me:secret@a b:3128", "http:///secret@"],
)  # fmt: skip
def test_no_address_is_refused_without_its_password(value: str) -> None:
    with pytest.raises(
        SetupError, match=r"^HTTPS_PROXY is .*\n→ write it as http://host:port"
    ) as at:
        parse_proxy("HTTPS_PROXY", value)

    assert "secret" not in str(at.value)


def test_a_message_of_others_loses_the_password_and_nothing_else() -> None:
    told = "Failed to parse: http://me:se/cr@et@proxy:99999"

    assert masked(told) == "Failed to parse: http://***@proxy:99999"
    assert masked("no route to http://proxy:1") == "no route to http://proxy:1"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Something small to ask on loopback, IPv4 and, where there is any, IPv6."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET

        def server_bind(self) -> None:
            if self.address_family == socket.AF_INET6:
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            super().server_bind()

    with Server(("", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_port
        server.shutdown()


def asked(reader: str, host: str, port: int, spared: bool) -> list[str]:
    """What a proxy is asked for when a program of its own process asks a server on loopback."""
    with proxy("refuses") as running:
        named = proxy_variables(running.url)
        clean = {
            name: value for name, value in os.environ.items()
            if name.upper() not in (*SPELLINGS, *map(str.upper, EXCEPTIONS))
        }  # fmt: skip
        variables = clean | (beside_proxies(named) if spared else named)
        program = f"url = 'http://{host}:{port}/'\n{READERS[reader]}"
        subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True)
        return [line for line in running.asked if f":{port}" in line]


@pytest.mark.parametrize("reader", READERS)
def test_programs_take_the_exceptions_as_we_mean_them(reader: str, port: int) -> None:
    hosts = ["127.0.0.1", "localhost", "0.0.0.0"]
    hosts += ["[::1]"] if socket.has_dualstack_ipv6() else []

    through = asked(reader, "127.0.0.1", port, spared=False)
    past = {host: asked(reader, host, port, spared=True) for host in hosts}

    assert through
    assert past == {host: [] for host in hosts}
