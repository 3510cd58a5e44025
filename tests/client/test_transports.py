"""The four transports, over real sockets to servers of a few lines: `answering_servers`."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from answering_servers import REFUSALS, SLOW_S, grpc_server, http_server
from fake_server import answer_fields
from proxy import NOWHERE, proxy, proxy_variables, set_proxies
from wordlight_client import AsyncClient, Client

from wordlight.audio import Clip
from wordlight.errors import (
    DeadlineExceeded,
    EmptyText,
    RequestRefused,
    ServerBusy,
    ServerError,
    ServerUnreachable,
    WordlightError,
    WrongProtocol,
)

grpc = pytest.importorskip("grpc")
pytest.importorskip("tritonclient.grpc")
pytest.importorskip("tritonclient.http")

EXPECTED: dict[str, tuple[type[WordlightError], str]] = {
    "empty": (EmptyText, "text holds no letter or digit to speak"),
    "busy": (ServerBusy, "is busy: Exceeds maximum queue size"),
    "shape": (RequestRefused, "unexpected shape for input 'TEXT'"),
    "broken": (ServerError, "Stub process 'f5_tts_0' is not healthy."),
}


@pytest.fixture(scope="module")
def grpc_url() -> Iterator[str]:
    with grpc_server() as url:
        yield url


@pytest.fixture(scope="module")
def http_url() -> Iterator[str]:
    with http_server() as url:
        yield url


Ask = Callable[..., Any]
"""``ask("narrate", "Hi.")`` over one of the four transports."""


def blocking(url: str, method: str, *arguments: Any, **options: Any) -> Any:
    with Client(url) as client:
        return getattr(client, method)(*arguments, **options)


def awaited(url: str, method: str, *arguments: Any, **options: Any) -> Any:
    async def go() -> Any:
        async with AsyncClient(url) as client:
            return await getattr(client, method)(*arguments, **options)

    return asyncio.run(go())


@pytest.fixture(params=["grpc", "http", "grpc awaited", "http awaited"])
def way(request: pytest.FixtureRequest) -> tuple[Ask, str]:
    """One of the four transports, which still takes a URL, and the URL."""
    protocol, _, how = request.param.partition(" ")
    return (awaited if how else blocking), request.getfixturevalue(f"{protocol}_url")


@pytest.fixture
def ask(way: tuple[Ask, str]) -> Ask:
    call, url = way
    return lambda *arguments, **options: call(url, *arguments, **options)


def test_a_narration_comes_over_the_wire_whole(ask: Ask) -> None:
    narration = ask("narrate", "Zoë paid $4.", seed=3, style={"size": 60})

    assert [word.text for word in narration.words] == ["Zoë", "paid", "$4."]
    assert [word.start_s for word in narration.words] == [0.0, 0.1, 0.2]
    assert narration.clip.samples.dtype == np.float32
    expected = answer_fields("Zoë paid $4.")["audio"]
    assert np.allclose(narration.clip.samples, expected)
    assert narration.subtitles.srt.endswith("\r\n")


def test_more_than_four_megabytes_of_audio_get_through(ask: Ask) -> None:
    clip = Clip(np.zeros(2_000_000, np.float32), 48_000)

    assert ask("align", clip, "One two.").text == "One two."


@pytest.mark.parametrize("text", sorted(REFUSALS))
def test_a_refusal_is_the_same_typed_error_on_every_way(ask: Ask, text: str) -> None:
    kind, sentence = EXPECTED[text]

    with pytest.raises(WordlightError) as caught:
        ask("narrate", text)

    assert type(caught.value) is kind
    assert sentence in str(caught.value)


def test_an_answer_that_takes_too_long_is_a_deadline_exceeded(ask: Ask) -> None:
    with pytest.raises(DeadlineExceeded):
        ask("narrate", "slow", timeout_s=SLOW_S / 4)


def test_without_a_limit_a_slow_answer_is_waited_for(ask: Ask) -> None:
    assert ask("narrate", "slow").alignment.text == "slow"


def test_a_server_that_is_there_is_ready(ask: Ask) -> None:
    assert ask("is_ready") is True


@pytest.mark.parametrize("call", [blocking, awaited])
@pytest.mark.parametrize("scheme", ["", "http://"])
def test_where_nothing_listens_the_server_is_unreachable(call: Ask, scheme: str) -> None:
    with socket.socket() as taken:  # bound, never listening: refused, and nobody else takes it
        taken.bind(("127.0.0.1", 0))
        url = f"{scheme}127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(ServerUnreachable, match=r"(?s)nothing answers at .*wordlight serve"):
            call(url, "narrate", "Hi.", timeout_s=5.0)
        assert call(url, "is_ready") is False


@pytest.mark.parametrize("call", [blocking, awaited])
@pytest.mark.parametrize(
    ("served", "asked", "says", "todo"),
    [
        ("grpc", "http", "does not speak HTTP", "leave http:// out"),
        ("http", "", "does not speak gRPC", "write http:// before it"),
        ("http", "https", "does not speak TLS", "without TLS"),
        ("grpc", "grpcs", "does not speak TLS", "without TLS"),
    ],
)
def test_a_port_of_another_protocol_is_said_to_be_one(
    call: Ask, request: pytest.FixtureRequest, served: str, asked: str, says: str, todo: str
) -> None:
    target = request.getfixturevalue(f"{served}_url").rpartition("/")[2]
    url = f"{asked}://{target}" if asked else target

    with pytest.raises(WrongProtocol, match=says) as caught:
        call(url, "narrate", "Hi.", timeout_s=9.0)
    assert todo in caught.value.remedy


@pytest.mark.parametrize("call", [blocking, awaited])
def test_a_gateway_without_a_server_is_unreachable_too(call: Ask, http_url: str) -> None:
    with pytest.raises(ServerUnreachable, match="answered 502"):
        call(http_url, "narrate", "gateway")


@pytest.mark.parametrize("call", [blocking, awaited])
def test_a_server_that_goes_away_without_an_answer_is_unreachable(call: Ask, http_url: str) -> None:
    with pytest.raises(ServerUnreachable, match="nothing answers"):
        call(http_url, "narrate", "hang up")


@pytest.mark.parametrize("call", [blocking, awaited])
def test_grpc_spoken_to_an_http_port_says_so(call: Ask, http_url: str) -> None:
    with pytest.raises(ServerError):
        call(http_url.removeprefix("http://"), "narrate", "Hi.", timeout_s=5.0)


def test_threads_can_share_a_client(http_url: str, grpc_url: str) -> None:
    for url in (http_url, grpc_url):
        with Client(url) as client, ThreadPoolExecutor(4) as pool:
            texts = [f"Text {n}." for n in range(8)]

            answers = pool.map(lambda text: client.narrate(text).alignment.text, texts)

            assert list(answers) == texts


@pytest.mark.parametrize("exceptions", [{}, {"NO_PROXY": "intern"}, {"no_grpc_proxy": "intern"}])
def test_loopback_is_not_asked_through_a_proxy(
    ask: Ask, exceptions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy("refuses") as running:
        set_proxies(monkeypatch, running.variables | exceptions)

        assert ask("is_ready") is True
        assert ask("narrate", "Hi there.", timeout_s=10.0).alignment.text == "Hi there."
        assert running.asked == []


@pytest.mark.parametrize("spelling", [*proxy_variables("")])
def test_no_spelling_of_a_proxy_stands_in_the_way(
    ask: Ask, spelling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxies(monkeypatch, {spelling: NOWHERE})

    assert ask("is_ready") is True


@pytest.mark.parametrize("wrong", ["http://proxy:port", "http://[fd00::1", "socks5://proxy", "?"])
def test_a_malformed_proxy_harms_nobody(
    ask: Ask, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxies(monkeypatch, proxy_variables(wrong))

    assert ask("is_ready") is True


@pytest.mark.parametrize("host", ["localhost", "0.0.0.0", "[::ffff:127.0.0.1]"])
def test_no_name_of_loopback_leads_through_a_proxy(
    way: tuple[Ask, str], host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, url = way
    set_proxies(monkeypatch, proxy_variables(NOWHERE))

    assert call(url.replace("127.0.0.1", host), "is_ready") is True


@pytest.mark.parametrize("call", [blocking, awaited])
def test_nor_does_an_address_of_this_machine(call: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    told = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True).stdout
    with proxy("refuses") as running:
        set_proxies(monkeypatch, running.variables)

        for address in told.split():
            host = f"[{address}]" if ":" in address else address
            assert call(f"{host}:9", "is_ready", timeout_s=2.0) is False
        assert running.asked == []


@pytest.mark.parametrize("call", [blocking, awaited])
@pytest.mark.parametrize("spelling", ["grpc_proxy", "https_proxy", "http_proxy"])
def test_grpc_asks_another_machine_through_the_proxy(
    call: Ask, spelling: str, grpc_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(grpc_url.rpartition(":")[2])
    with proxy(names={("server.example", 8001): ("127.0.0.1", port)}) as running:
        set_proxies(monkeypatch, {spelling: running.url})

        narration = call("server.example:8001", "narrate", "Far away.", timeout_s=10.0)

        assert narration.alignment.text == "Far away."
        assert running.asked
        assert all(line.startswith("CONNECT server.example:8001 ") for line in running.asked)
