"""One real tritonserver for all live tests, on loopback, with the mini profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from live_server import Live, mini_server
from wordlight_client import Client

from wordlight.serving._supervisor import SHARED_MEMORY


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="package")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server for all live tests; afterwards nothing of it may be left."""
    regions_before = set(SHARED_MEMORY.iterdir())
    server = mini_server(tmp_path_factory.mktemp("volume"))
    with server:
        state = server.log_path.parent
        yield Live(server.url, f"{server.address}:{server.ports.http}")
    assert not state.exists()
    assert {path for path in SHARED_MEMORY.iterdir() if "wordlight" in path.name} <= regions_before


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
