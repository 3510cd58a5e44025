"""Fixtures of the client's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fake_server import AsyncFakeServer, FakeServer
from films import ass, make_speech

from wordlight.audio import Clip, write_wav


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


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    write_wav(path, Clip(np.zeros(16_000, np.float32), 16_000))
    return path
