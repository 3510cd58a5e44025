"""Clones, what they leave in uv's cache, and the rule that whoever mounts is root."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from .clones import Clone, make_clone

CACHE = Path(os.environ.get("UV_CACHE_DIR") or Path.home() / ".cache/uv")


@pytest.fixture(scope="session", autouse=True)
def _tidy() -> Iterator[None]:
    """Takes the clones' own packages out of uv's cache again: 100 MB each."""
    before = set(_packages_of_checkouts())
    yield
    try:
        with (CACHE / ".lock").open("rb+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # not while a uv is at work
            for package in set(_packages_of_checkouts()) - before:
                for link in package.glob("*/*-any"):
                    shutil.rmtree(link.resolve(), ignore_errors=True)
                shutil.rmtree(package)
    except OSError:
        return


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    """A checkout that was never set up."""
    made = make_clone(tmp_path / "clone")
    yield made
    shutil.rmtree(made.folder)


@pytest.fixture(scope="session")
def _ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    made = make_clone(tmp_path_factory.mktemp("ready") / "clone")
    outcome = made.run("setup")
    assert outcome.status == 0, outcome.said
    yield made
    shutil.rmtree(made.folder)


@pytest.fixture
def ready(_ready: Clone) -> Iterator[Clone]:
    """A checkout that is set up; whoever breaks it mends it."""
    yield _ready
    outcome = _ready.run("setup")
    assert outcome.status == 0, outcome.said


@pytest.fixture
def root() -> None:
    """Needed by those who mount, or make networks."""
    if os.geteuid():
        pytest.skip("only root mounts and makes networks")


def _packages_of_checkouts() -> Iterator[Path]:
    return CACHE.glob("sdists-v*/editable/*")
