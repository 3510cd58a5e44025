"""One real tritonserver for all live tests, on loopback, with the mini profile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from counters import Counters
from live_server import Live, mini_server, small_server
from s3_server import S3, s3_server
from traces import ownerless_regions
from wordlight_client import Client

from wordlight.logs import Line
from wordlight.serving import Server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.live)


@contextmanager
def storage(root: Path) -> Iterator[S3]:
    """An S3 server, and the environment of one that may publish to it."""
    with s3_server(root) as s3, pytest.MonkeyPatch.context() as patch:
        s3.bucket("films")
        for name, value in {**s3.environment, "WORDLIGHT_PUBLISH_BUCKETS": "films,gone"}.items():
            patch.setenv(name, value)
        yield s3


@pytest.fixture(scope="package")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server for all live tests; afterwards nothing of it may be left."""
    volume = tmp_path_factory.mktemp("volume")
    server, lines = mini_server(volume), list[Line]()
    server.on_line = lines.append
    with storage(tmp_path_factory.mktemp("s3")) as s3, server:
        state = server.log_path.parent
        ports = server.ports
        http, metrics = (f"{server.address}:{port}" for port in (ports.http, ports.metrics))
        yield Live(server.url, http, metrics, volume, s3, lines)
    assert not state.exists()
    assert not ownerless_regions()


@pytest.fixture(params=["grpc", "http"])
def client(live: Live, request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client over each protocol."""
    url = live.grpc if request.param == "grpc" else f"http://{live.http}"
    with Client(url) as client:
        yield client


@pytest.fixture
def grpc_client(live: Live) -> Iterator[Client]:
    with Client(live.grpc) as client:
        yield client


@pytest.fixture
def counters(live: Live) -> Counters:
    return Counters(live.metrics)


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("volume")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the servers' state; afterwards nothing may be left in it."""
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def server(volume: Path) -> Iterator[Server]:
    """A server of the subtitles, which are needed, and the voices, which are not."""
    one = small_server(volume)
    yield one
    one.stop()
