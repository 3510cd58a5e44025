"""Shared memory is removed with the server that owns it, and with no other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from wordlight.errors import ShmMissing
from wordlight.serving import _regions
from wordlight.serving._regions import Regions, sweep
from wordlight.serving._state import OWNER

MAKE_AND_WAIT = """\
import sys, time
from pathlib import Path
from wordlight.serving import _regions

_regions.SHARED_MEMORY = Path(sys.argv[1])
made = _regions.Regions.make()
(_regions.SHARED_MEMORY / f"{made.prefix}region").touch()
print(made.prefix, flush=True)
time.sleep(60)
"""
MAKE_AGAIN_AND_AGAIN = """\
import sys
from pathlib import Path
from wordlight.serving import _regions

_regions.SHARED_MEMORY = Path(sys.argv[1])
for _ in range(200):
    made = _regions.Regions.make()
    region = _regions.SHARED_MEMORY / f"{made.prefix}region"
    region.touch()
    _regions.sweep()
    assert region.exists()
    made.remove()
    assert not region.exists()
"""


@pytest.fixture(autouse=True)
def shared_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for /dev/shm, where other tests have servers."""
    monkeypatch.setattr(_regions, "SHARED_MEMORY", tmp_path)
    return tmp_path


@pytest.fixture
def make() -> Iterator[Callable[[], Regions]]:
    with ExitStack() as stack:

        def made() -> Regions:
            regions = Regions.make()
            stack.callback(regions.remove)
            return regions

        yield made


@pytest.fixture
def server(shared_memory: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process with a region, and the prefix of its names."""
    with subprocess.Popen(
        [sys.executable, "-c", MAKE_AND_WAIT, str(shared_memory)],
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
        process.kill()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_real_folder_is_that_of_posix_shared_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    assert Path("/dev/shm") == _regions.SHARED_MEMORY


def test_two_servers_have_names_of_their_own(make: Callable[[], Regions]) -> None:
    assert make().prefix != make().prefix


def test_removing_takes_all_regions_of_a_server_and_none_of_others(
    shared_memory: Path, make: Callable[[], Regions]
) -> None:
    other, mine = make(), Regions.make()
    for name in (f"{mine.prefix}a", f"{mine.prefix}b", f"{other.prefix}a", "foreign"):
        (shared_memory / name).touch()

    mine.remove()

    assert names(shared_memory) == {f"{other.prefix}{OWNER}", f"{other.prefix}a", "foreign"}


def test_another_processs_regions_are_left_alone(
    shared_memory: Path, server: tuple[subprocess.Popen[str], str]
) -> None:
    sweep()

    assert names(shared_memory) == {f"{server[1]}{OWNER}", f"{server[1]}region"}


def test_a_killed_servers_regions_go_at_the_next_start(
    shared_memory: Path, server: tuple[subprocess.Popen[str], str], make: Callable[[], Regions]
) -> None:
    server[0].send_signal(signal.SIGKILL)
    server[0].wait()

    mine = make()

    assert names(shared_memory) == {f"{mine.prefix}{OWNER}"}


def test_a_child_that_outlives_its_server_keeps_the_regions(shared_memory: Path) -> None:
    former = Regions.make()
    child = subprocess.Popen(["sleep", "60"], pass_fds=[former.lock])
    os.close(former.lock)  # as the kernel does when a server is killed

    sweep()
    assert names(shared_memory) == {f"{former.prefix}{OWNER}"}
    child.kill()
    child.wait()
    sweep()
    assert not names(shared_memory)


def test_regions_that_say_nothing_of_their_owner_are_not_touched(shared_memory: Path) -> None:
    (shared_memory / "wordlight-0a0b0c0d-region").touch()

    sweep()

    assert names(shared_memory) == {"wordlight-0a0b0c0d-region"}


def test_a_link_in_the_place_of_an_owner_is_not_followed(shared_memory: Path) -> None:
    (shared_memory / f"wordlight-x-{OWNER}").symlink_to(shared_memory / "elsewhere")

    sweep()

    assert not (shared_memory / "elsewhere").exists()


def test_no_shared_memory_is_said_with_what_gives_it_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_regions, "SHARED_MEMORY", tmp_path / "gone")

    with pytest.raises(
        ShmMissing, match=r"(?s)gone cannot be used: No such file.*docker run --shm-size"
    ):
        Regions.make()


def test_servers_that_start_and_end_at_once_take_nothing_from_each_other(
    shared_memory: Path,
) -> None:
    comers = [
        subprocess.Popen([sys.executable, "-c", MAKE_AGAIN_AND_AGAIN, str(shared_memory)])
        for _ in range(3)
    ]

    assert [comer.wait() for comer in comers] == [0, 0, 0]
    assert not names(shared_memory)


def test_a_file_of_somebody_elses_making_steers_no_removal(shared_memory: Path) -> None:
    live = Regions.make()
    region = shared_memory / f"{live.prefix}region"
    region.touch()
    (shared_memory / "wordlight-*-owner").touch()
    (shared_memory / "wordlight--owner").touch()

    sweep()

    assert region.exists()
    assert (shared_memory / f"{live.prefix}owner").exists()
    live.remove()
