"""Places, the table of what happened in each, and code that was compiled once for all of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from place import Place, new_place, try_it
from table import Table


@pytest.fixture(scope="session")
def table() -> Iterator[Table]:
    table = Table()
    yield table
    if table.lines:
        table.write()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Code that one server has compiled, so that the next ones need not: 30 s each."""
    _need_root()
    kept = tmp_path_factory.mktemp("compiled") / "cache"
    with new_place() as place:
        place.volume = place.path("volume")
        outcome = try_it(place)
        assert outcome.has_answered, outcome.said
        shutil.copytree(place.volume / "cache", kept)
    return kept


@pytest.fixture
def place() -> Iterator[Place]:
    _need_root()
    with new_place() as place:
        yield place


def _need_root() -> None:
    if os.geteuid():
        pytest.skip("places are made by root")
