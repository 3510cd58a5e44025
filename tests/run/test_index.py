"""A network that lacks what is needed is reported in one line, before anything is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .answers import A_PORTAL, FORBIDDEN, NOISE, WHO_ARE_YOU, answering, no_way_out, port_of_nobody
from .clones import Clone

NO_PROXY = {"HTTPS_PROXY": None, "https_proxy": None, "ALL_PROXY": None, "all_proxy": None}


@pytest.fixture
def cold(tmp_path: Path) -> dict[str, str | None]:
    """The variables of somebody whose cache is empty, without proxies."""
    return {**NO_PROXY, "UV_CACHE_DIR": str(tmp_path / "cache"), "UV_DEFAULT_INDEX": None}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (FORBIDDEN, ["forbids it (403)", "HTTPS_PROXY"]),
        (A_PORTAL, ["answers, but not as a package index does", "log in first"]),
        pytest.param(NOISE, ["answers, but not as"], marks=pytest.mark.slow),
        pytest.param(None, ["does not answer", "timed out"], marks=pytest.mark.slow),
    ],
)
def test_an_index_that_is_none_is_refused_and_nothing_is_installed(
    answer: bytes | None, words: list[str], clone: Clone, cold: dict[str, str | None]
) -> None:
    with answering(answer) as url:
        outcome = clone.run("setup", variables={**cold, "UV_DEFAULT_INDEX": f"{url}/simple"})

    assert outcome.is_refused(url, *words)
    assert not clone.environment.exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (FORBIDDEN, ["HTTPS_PROXY=", "refuses to connect"]),
        (WHO_ARE_YOU, ["HTTPS_PROXY=", "wants a name and a password"]),
        (A_PORTAL, ["HTTPS_PROXY="]),
        pytest.param(None, ["HTTPS_PROXY=", "does not answer"], marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("has_uv", [pytest.param(True, marks=pytest.mark.slow), False])
def test_a_proxy_that_lets_nobody_through_is_named(
    has_uv: bool, answer: bytes | None, words: list[str], clone: Clone, cold: dict[str, str | None]
) -> None:
    if not has_uv:
        shutil.rmtree(clone.folder / ".wordlight", ignore_errors=True)
        cold["PATH"] = "/usr/bin:/bin"

    with answering(answer) as url:
        outcome = clone.run("setup", variables={**cold, "HTTPS_PROXY": url})

    assert outcome.is_refused(*words)
    assert not clone.environment.exists()
    assert not list(clone.folder.glob(".wordlight/bin/*.part"))


def test_a_proxys_password_is_not_shown(clone: Clone, cold: dict[str, str | None]) -> None:
    proxy = f"http://me:secret@127.0.0.1:{port_of_nobody()}"

    outcome = clone.run("setup", variables={**cold, "HTTPS_PROXY": proxy})

    assert outcome.is_refused("does not answer", "refused")
    assert "secret" not in outcome.said


@pytest.mark.slow
def test_without_a_network_an_empty_cache_is_refused(
    clone: Clone, cold: dict[str, str | None], root: None
) -> None:
    outcome = clone.run("setup", variables=cold, before=["unshare", "-n"])

    assert outcome.is_refused("does not answer", "check the network")
    assert not clone.environment.exists()


def test_without_a_network_a_full_cache_suffices_and_then_nothing_is_asked(
    clone: Clone, tmp_path: Path
) -> None:
    offline = no_way_out()
    first = clone.run("wordlight", "--version", variables=offline)
    cold = {"UV_CACHE_DIR": str(tmp_path / "empty"), **offline}
    second = clone.run("wordlight", "--version", variables=cold)

    assert (first.status, second.status) == (0, 0), first.said + second.said
    assert second.said == ""
    assert not (tmp_path / "empty").exists()


BLACK_HOLE = """
ip link set lo up
ip link add hole type veth peer name bottom
ip addr add 10.9.9.2/24 dev hole
ip link set hole up
ip link set bottom up
ip route add default via 10.9.9.1
ip neigh add 10.9.9.1 lladdr 02:00:00:00:00:01 dev hole
exec "$@"
"""


@pytest.mark.slow
@pytest.mark.parametrize("has_uv", [True, False])
def test_a_network_that_swallows_everything_is_refused_in_time(
    has_uv: bool, clone: Clone, cold: dict[str, str | None], root: None
) -> None:
    if not has_uv:
        shutil.rmtree(clone.folder / ".wordlight", ignore_errors=True)

    outcome = clone.run(
        "setup", variables=cold, before=["unshare", "-n", "sh", "-ec", BLACK_HOLE, "sh"]
    )

    assert outcome.is_refused("does not answer")


@pytest.mark.skipif(shutil.which("faketime") is None, reason="needs faketime")
@pytest.mark.slow
@pytest.mark.parametrize("has_uv", [True, False])
def test_a_clock_two_years_ahead_is_named(
    has_uv: bool, clone: Clone, cold: dict[str, str | None]
) -> None:
    if not has_uv:
        shutil.rmtree(clone.folder / ".wordlight", ignore_errors=True)

    outcome = clone.run("setup", variables=cold, before=["faketime", "-f", "+730d"])

    assert outcome.is_refused("not valid at this machine's time", "set its clock right")
