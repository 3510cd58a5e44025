"""URLs of servers."""

from __future__ import annotations

import pytest
from wordlight_client.transport import parse_address
from wordlight_client.transport._address import Address

from wordlight.errors import InvalidInput


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("localhost:8001", Address("grpc", "localhost:8001")),
        ("localhost", Address("grpc", "localhost:8001")),
        ("grpc://h:1", Address("grpc", "h:1")),
        ("grpcs://h", Address("grpc", "h:443", is_secure=True)),
        ("http://h", Address("http", "h:8000")),
        ("http://h:9/a/b/", Address("http", "h:9/a/b")),
        ("https://h", Address("http", "h:443", is_secure=True)),
        ("[::1]:8001", Address("grpc", "[::1]:8001")),
        ("http://[::1]", Address("http", "[::1]:8000")),
    ],
)
def test_a_url_names_protocol_host_and_port(url: str, address: Address) -> None:
    assert parse_address(url) == address


def test_the_protocol_can_be_asked_for_where_the_url_is_bare() -> None:
    assert parse_address("h:8000", "http") == Address("http", "h:8000")
    assert parse_address("https://h", "http").is_secure


@pytest.mark.parametrize("url", ["ftp://h", "", "http://", ":8001", "h:port", "h:80a"])
def test_what_is_no_url_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(InvalidInput, match="must"):
        parse_address(url)


def test_a_url_of_another_protocol_than_asked_for_is_refused() -> None:
    with pytest.raises(InvalidInput, match="asks for http"):
        parse_address("http://h", "grpc")


@pytest.mark.parametrize("url", ["h:1", "http://h:1", "https://h:1", "grpcs://h:1"])
def test_an_address_reads_as_the_url_that_it_came_from(url: str) -> None:
    assert str(parse_address(url)) == url
