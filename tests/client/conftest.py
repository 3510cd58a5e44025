"""Fixtures of the client's tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_server import AsyncFakeServer, FakeServer


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def make_async() -> Callable[[FakeServer], AsyncFakeServer]:
    return AsyncFakeServer
