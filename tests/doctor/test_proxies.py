"""Proxies that are not set, that answer, that do not answer, or that are not proxies."""

from __future__ import annotations

import socket

import pytest
from proxy import proxy

from wordlight.doctor import State
from wordlight.doctor._proxies import check_proxies


def test_no_proxy_is_absent() -> None:
    (found,) = check_proxies({"PATH": "/bin", "NO_PROXY": "intern", "HTTP_PROXY": ""})

    assert (found.state, found.seen) == (State.ABSENT, "none is set")


def test_one_that_answers_is_fine_and_its_password_is_not_shown() -> None:
    with proxy() as running:
        url = f"http://me:secret@127.0.0.1:{running.port}"

        (found,) = check_proxies({"HTTP_PROXY": url, "https_proxy": url, "NO_PROXY": "a, b"})

    assert found.state is State.OK
    assert found.seen == (
        f"http://127.0.0.1:{running.port} answers (HTTP_PROXY, https_proxy); "
        "not asked for loopback, a, b"
    )


def test_one_that_does_not_answer_is_a_warning() -> None:
    with socket.socket() as taken:  # bound, never listening
        taken.bind(("127.0.0.1", 0))
        url = f"http://me:secret@127.0.0.1:{taken.getsockname()[1]}"

        (found,) = check_proxies({"all_proxy": url})

    assert (found.code, found.state) == ("PROXY_UNREACHABLE", State.WARNING)
    assert "of all_proxy does not answer (Connection refused)" in found.seen
    assert "secret" not in found.seen + found.remedy


def test_a_name_that_does_not_exist_is_a_warning() -> None:
    (found,) = check_proxies({"HTTP_PROXY": "http://proxy.invalid:3128"})
    (endless,) = check_proxies({"HTTP_PROXY": f"http://{'a' * 70}:3128"})

    assert {found.code, endless.code} == {"PROXY_UNREACHABLE"}


@pytest.mark.parametrize("value", ["http://me:secret@proxy:port", "ftp://me:secret@proxy"])
def test_no_address_is_an_error_with_a_remedy(value: str) -> None:
    with proxy() as running:
        bad, good = check_proxies({"HTTP_PROXY": value, "HTTPS_PROXY": running.url})

    assert (bad.code, bad.state) == ("PROXY_MALFORMED", State.WARNING)
    assert bad.seen.startswith("HTTP_PROXY is '")
    assert bad.remedy == "write it as http://host:port, or unset it"
    assert "secret" not in bad.seen + bad.remedy
    assert good.state is State.OK


def test_socks_is_a_warning_where_s3_would_need_it() -> None:
    with proxy() as running:
        url = f"socks5h://127.0.0.1:{running.port}"

        (http,) = check_proxies({"HTTPS_PROXY": url})
        (all_else,) = check_proxies({"ALL_PROXY": url})

    assert (http.code, http.state) == ("PROXY_SOCKS", State.WARNING)
    assert all_else.state is State.OK
