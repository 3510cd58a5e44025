"""The state may be only where it can be written, executed from and spelt."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wordlight.errors import NoStateFolder
from wordlight.serving import _state, candidates, is_plain
from wordlight.serving._state import StateFolder

CANNOT_BE_SPELT = "its path has other characters than A-Z a-z 0-9 / . _ + @ -"
WHY_UNUSABLE = """\
import sys
from pathlib import Path
from wordlight.serving import why_unusable

print(why_unusable(Path(sys.argv[1])))
"""


def reason_on_mount(folder: Path, options: str) -> str:
    """Why a folder is unusable on which a file system is mounted with these options."""
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    script = f'mount -t tmpfs -o {options} state "$1" && exec "$2" -c "$3" "$1"'
    done = subprocess.run(
        [*unshare, "sh", "-c", script, "sh", str(folder), sys.executable, WHY_UNUSABLE],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0 and "unshare" in done.stderr:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "name",
    ["a b", "it's", 'a"b', "$HOME", "a\nb", "a\n", "a:b", "a;b", "a*", "a\\b", "wörk", "работа",
     "עבודה", "作業", "a\u200fb", os.fsdecode(b"w\xf6rk"), "~", "a,b", "a%b", "a=b"],
)  # fmt: skip
def test_a_path_that_a_shell_or_ascii_would_change_is_not_plain(tmp_path: Path, name: str) -> None:
    assert not is_plain(tmp_path / name)
    assert not is_plain(tmp_path / name / "below")


@pytest.mark.parametrize("name", ["wordlight", "A-Z_0.9", "a+b", "user@host", ".cache", "a/../b"])
def test_letters_digits_and_a_few_signs_are_plain(tmp_path: Path, name: str) -> None:
    assert is_plain(tmp_path / name)


def test_a_plain_link_to_a_path_that_is_not_plain_is_not_plain(tmp_path: Path) -> None:
    (tmp_path / "my wörk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "my wörk")

    assert not is_plain(tmp_path / "link")


def test_what_the_user_chose_comes_first_and_memory_last() -> None:
    variables = {"TMPDIR": "/mine", "HOME": "/home/me", "XDG_RUNTIME_DIR": "/run/user/7"}

    folders = candidates(variables, Path("/volume"))

    assert [str(folder) for folder in folders] == [
        "/mine", "/tmp", "/var/tmp", "/run/user/7", "/home/me/.cache", "/home/me",
        "/volume", "/dev/shm",
    ]  # fmt: skip


def test_each_folder_is_tried_once_and_none_that_depends_on_the_working_directory() -> None:
    assert candidates({"TMPDIR": "/tmp", "XDG_CACHE_HOME": "cache", "HOME": ""}) == [
        Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"),
    ]  # fmt: skip


def test_an_ordinary_folder_can_be_used_and_keeps_no_trace_of_the_trial(tmp_path: Path) -> None:
    assert _state.why_unusable(tmp_path) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["my folder", "wörk", "a:b"])
def test_a_folder_that_cannot_be_spelt_is_not_used(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()

    assert _state.why_unusable(tmp_path / name) == CANNOT_BE_SPELT


def test_a_folder_that_is_not_there_or_is_none_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert _state.why_unusable(tmp_path / "gone") == (
        "it cannot be written (No such file or directory)"
    )
    assert _state.why_unusable(tmp_path / "file") == "it cannot be written (Not a directory)"


def test_a_folder_from_which_nothing_may_be_executed_is_not_used(tmp_path: Path) -> None:
    assert reason_on_mount(tmp_path, "noexec") == "nothing may be executed there (noexec)"


def test_a_folder_on_a_read_only_file_system_is_not_used(tmp_path: Path) -> None:
    assert reason_on_mount(tmp_path, "ro") == "it cannot be written (Read-only file system)"


def test_a_folder_without_room_for_the_servers_files_is_not_used(tmp_path: Path) -> None:
    assert reason_on_mount(tmp_path, "size=1m") == "only 1.0 MB are free"


def test_a_folder_on_a_mounted_file_system_with_room_is_used(tmp_path: Path) -> None:
    assert reason_on_mount(tmp_path, "size=64m") == "None"


def test_where_no_folder_can_be_used_each_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "my folder").mkdir()

    with pytest.raises(NoStateFolder) as caught:
        StateFolder.make([tmp_path / "gone", tmp_path / "my folder"])

    assert caught.value.reasons == {
        str(tmp_path / "gone"): "it cannot be written (No such file or directory)",
        str(tmp_path / "my folder"): CANNOT_BE_SPELT,
    }
    assert "set TMPDIR" in caught.value.remedy
