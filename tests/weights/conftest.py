"""A hub with two commits, and a volume to pull to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_hub import Hub, asked_by_this_process
from recorded_entry import FIRST, NEW, OLD, SECOND


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A repository with two commits; ``main`` is the first."""
    running = Hub({FIRST: OLD, SECOND: NEW}, main=FIRST)
    with asked_by_this_process(running, monkeypatch):
        yield running


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    return tmp_path / "volume"
