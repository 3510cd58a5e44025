"""Proxies of all kinds: a server starts and answers, and the proxy sees no request for loopback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from place import Place, try_it
from proxy import NOWHERE, Proxy, proxy, proxy_variables
from table import Table

Settings = Callable[[Proxy], dict[str, str]]
SETTINGS: dict[str, Settings] = {
    "a proxy that answers": lambda asked: proxy_variables(asked.url),
    "a proxy and exceptions for other hosts": lambda asked: {
        **proxy_variables(asked.url), "NO_PROXY": "intern.example", "no_proxy": "intern.example",
    },
    "a proxy that does not answer": lambda _: proxy_variables(NOWHERE),
    "HTTP_PROXY in capitals alone": lambda asked: {"HTTP_PROXY": asked.url},
    "a SOCKS proxy": lambda asked: proxy_variables(asked.url.replace("http://", "socks5://")),
    "a proxy's address that is none": lambda _: proxy_variables("http://[half"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", SETTINGS)
def test_a_server_behind_a_proxy_asks_itself_directly(
    name: str, place: Place, table: Table, compiled: Path
) -> None:
    place.compiled = compiled
    with proxy() as asked:
        place.variables |= SETTINGS[name](asked)

        outcome = try_it(place)

        table.add(name, outcome)
        assert outcome.has_answered, outcome.said
        assert not asked.asked
