"""Each running server has a folder of its own, and nobody else's is touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from wordlight.errors import NoStateFolder
from wordlight.serving import _state
from wordlight.serving._state import OWNER, StateFolder, lock_file

MAKE_AND_WAIT = """\
import sys, time
from pathlib import Path
from wordlight.serving._state import StateFolder

made = StateFolder.make([Path(sys.argv[1])])
(made.path / "models").mkdir()
(made.path / "models/junk").touch()
(made.path / "log").symlink_to("/etc/hostname")
print(made.path, flush=True)
time.sleep(60)
"""
MAKE_AGAIN_AND_AGAIN = """\
import os, sys
from pathlib import Path
from wordlight.serving import _state

_state.why_unusable = lambda folder: None  # tried elsewhere
for _ in range(60):
    made = _state.StateFolder.make([Path(sys.argv[1])])
    assert [entry.name for entry in made.path.iterdir()] == [_state.OWNER]
    for number in range(20):
        (made.path / f"{number}").write_text(str(os.getpid()))
    for number in range(20):
        assert (made.path / f"{number}").read_text() == str(os.getpid())
    made.remove()
"""


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[], StateFolder]]:
    """Makes folders under ``tmp_path``, one for each running server."""
    with ExitStack() as stack:

        def made() -> StateFolder:
            folder = StateFolder.make([tmp_path])
            stack.callback(folder.remove)
            return folder

        yield made


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has made its folder and filled it."""
    with subprocess.Popen(
        [sys.executable, "-c", MAKE_AND_WAIT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def own(folder: Path, number: int) -> Path:
    return folder / f"wordlight-{os.geteuid()}-{number}"


def test_the_first_usable_folder_is_taken(tmp_path: Path) -> None:
    for name in ("my folder", "good", "better"):
        (tmp_path / name).mkdir()

    made = StateFolder.make(tmp_path / name for name in ("gone", "my folder", "good", "better"))

    assert made.path == own(tmp_path / "good", 0)
    made.remove()
    assert not list((tmp_path / "good").iterdir())


def test_the_folder_has_the_same_name_at_every_start(tmp_path: Path) -> None:
    for _ in range(2):
        made = StateFolder.make([tmp_path])
        assert made.path == own(tmp_path, 0)
        made.remove()


def test_the_folder_is_nobody_elses_to_read(make: Callable[[], StateFolder]) -> None:
    assert make().path.stat().st_mode & 0o777 == 0o700


def test_two_servers_at_once_have_a_folder_each(make: Callable[[], StateFolder]) -> None:
    assert make().path != make().path


def test_another_processs_folder_is_left_alone(
    tmp_path: Path, server: subprocess.Popen[str], make: Callable[[], StateFolder]
) -> None:
    assert make().path == own(tmp_path, 1)
    assert (own(tmp_path, 0) / "models/junk").exists()


def test_a_killed_servers_folder_is_emptied_and_used_again(
    tmp_path: Path, server: subprocess.Popen[str], make: Callable[[], StateFolder]
) -> None:
    server.send_signal(signal.SIGKILL)
    server.wait()

    made = make()

    assert made.path == own(tmp_path, 0)
    assert [entry.name for entry in made.path.iterdir()] == [OWNER]
    assert Path("/etc/hostname").exists()


def test_a_child_that_outlives_its_server_keeps_the_folder(
    tmp_path: Path, make: Callable[[], StateFolder]
) -> None:
    former = StateFolder.make([tmp_path])
    child = subprocess.Popen(["sleep", "60"], pass_fds=[former.lock])
    os.close(former.lock)  # as the kernel does when a server is killed

    assert make().path == own(tmp_path, 1)
    child.kill()
    child.wait()
    assert make().path == own(tmp_path, 0)


def test_a_full_house_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_state, "MOST_SERVERS", 2)
    made = [StateFolder.make([tmp_path]) for _ in range(2)]

    with pytest.raises(NoStateFolder, match="2 folders wordlight-… there are held by others"):
        StateFolder.make([tmp_path])

    for one in made:
        one.remove()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_another_users_folder_of_that_name_is_not_touched(
    tmp_path: Path, make: Callable[[], StateFolder]
) -> None:
    own(tmp_path, 0).mkdir()
    (own(tmp_path, 0) / "treasure").touch()
    os.chown(own(tmp_path, 0), 4242, 4242)

    assert make().path == own(tmp_path, 1)
    assert (own(tmp_path, 0) / "treasure").exists()
    assert not (own(tmp_path, 0) / OWNER).exists()


def test_a_link_planted_there_is_not_followed(
    tmp_path: Path, make: Callable[[], StateFolder]
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/treasure").touch()
    own(tmp_path, 0).symlink_to(tmp_path / "home")

    assert make().path == own(tmp_path, 1)
    assert [entry.name for entry in (tmp_path / "home").iterdir()] == ["treasure"]


def test_a_link_in_the_place_of_the_lock_is_not_followed(
    tmp_path: Path, make: Callable[[], StateFolder]
) -> None:
    own(tmp_path, 0).mkdir()
    (own(tmp_path, 0) / OWNER).symlink_to(tmp_path / "elsewhere")

    assert make().path == own(tmp_path, 1)
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_in_the_folders_place_is_passed_over(
    tmp_path: Path, make: Callable[[], StateFolder]
) -> None:
    own(tmp_path, 0).touch()

    assert make().path == own(tmp_path, 1)


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    lock = lock_file(tmp_path / OWNER)
    assert lock is not None

    assert lock_file(tmp_path / OWNER) is None
    os.close(lock)
    again = lock_file(tmp_path / OWNER)
    assert again is not None
    os.close(again)


def test_the_lock_goes_last_so_that_nobody_moves_in_while_files_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = StateFolder.make([tmp_path])
    for name in "abcdefghijkl":
        (made.path / name).touch()
    removed: list[str] = []
    unlink = os.unlink

    def spy(path: str | Path, *, dir_fd: int | None = None) -> None:
        removed.append(Path(path).name)
        unlink(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", spy)
    made.remove()

    assert sorted(removed[:-1]) == list("abcdefghijkl")
    assert removed[-1] == OWNER


def test_servers_that_come_and_go_never_meet_in_one_folder(tmp_path: Path) -> None:
    comers = [
        subprocess.Popen([sys.executable, "-c", MAKE_AGAIN_AND_AGAIN, str(tmp_path)])
        for _ in range(3)
    ]

    assert [comer.wait() for comer in comers] == [0, 0, 0]
    assert not list(tmp_path.iterdir())
