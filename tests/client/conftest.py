"""Fixtures of the client's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fake_server import AsyncFakeServer, FakeServer
from films import ass, make_speech


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def make_async() -> Callable[[FakeServer], AsyncFakeServer]:
    return AsyncFakeServer


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    return make_speech(tmp_path / "speech.wav")


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    path = tmp_path / "hello.ass"
    path.write_text(ass("HELLO"))
    return path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return tmp_path / "film.mp4"
