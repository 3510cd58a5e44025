"""Who runs what where several workers (pytest-xdist) share the tests.

A file is run by one worker, so that what its module sets up is set up once. The folders of
``TOGETHER`` are run by one worker each: their files share a server. A test that is marked
``alone`` measures time or fills the machine: while it is called, no other worker runs a test.
"""

from __future__ import annotations

import fcntl
import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/live", "tests/environments", "tests/image", "tests/run", "tests/unit/publishing",
)  # fmt: skip
"""Folders whose files share what is dear to set up; the first ones begin first."""
ROOM, RUN = pytest.StashKey["Room"](), pytest.StashKey[str]()
COMPILED = Path(__file__).parents[1] / ".wordlight/numba"
"""What numba has compiled, kept for all processes of all runs: 13 s each otherwise."""


class Scheduling(LoadScopeScheduling):
    """Hands files and the folders of ``TOGETHER`` out, in the order in which they are collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


class Room:
    """What the workers share: many tests are in it at once, or one alone.

    Who wants it alone waits at the door first, so that nobody slips in before it.
    """

    def __init__(self, run: str) -> None:
        self._door, self._room = (path.open("w") for path in paths_of(run))

    def enter(self, *, alone: bool) -> None:
        """Waits until this process may enter."""
        how = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
        fcntl.flock(self._door, how)
        fcntl.flock(self._room, how)
        fcntl.flock(self._door, fcntl.LOCK_UN)

    def leave(self) -> None:
        """Lets others in. A child that inherited the file does not keep the room."""
        fcntl.flock(self._room, fcntl.LOCK_UN)

    def close(self) -> None:
        """Closes the room's files."""
        self._door.close()
        self._room.close()


def paths_of(run: str) -> list[Path]:
    """The files of a run's room, door first. The process that starts the workers removes them."""
    place = Path(tempfile.gettempdir())
    return [place / f"wordlight-tests-{run}-{part}" for part in ("door", "room")]


def group_of(nodeid: str) -> str:
    """The file of a test, or the folder of ``TOGETHER`` that it is in."""
    file = PurePosixPath(nodeid.partition("::")[0])
    folders = map(str, file.parents)
    return next((folder for folder in folders if folder in TOGETHER), str(file))


def pytest_configure(config: pytest.Config) -> None:
    if os.access(COMPILED.parent, os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(COMPILED))
    if worker := getattr(config, "workerinput", None):
        config.stash[ROOM] = Room(worker["testrunuid"])
        os.environ.setdefault("OMP_NUM_THREADS", "1")
    elif hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_unconfigure(config: pytest.Config) -> None:
    if room := config.stash.get(ROOM, None):
        room.close()
    for path in paths_of(config.stash[RUN]) if RUN in config.stash else ():
        path.unlink(missing_ok=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.config.stash[RUN] = node.workerinput["testrunuid"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Keeps the garbage collector from all that is collected: it took a quarter of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the folders of ``TOGETHER`` first: whoever begins last should have little to do."""
    ranks = {folder: rank for rank, folder in enumerate(TOGETHER)}
    items.sort(key=lambda item: ranks.get(group_of(item.nodeid), len(ranks)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    room = item.config.stash.get(ROOM, None)
    if room is None:
        return (yield)
    room.enter(alone=False)
    try:
        return (yield)
    finally:
        room.leave()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    room = item.config.stash.get(ROOM, None)
    if room is None or item.get_closest_marker("alone") is None:
        return (yield)
    room.leave()
    room.enter(alone=True)
    try:
        return (yield)
    finally:
        room.leave()
        room.enter(alone=False)
