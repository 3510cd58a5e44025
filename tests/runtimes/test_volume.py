"""Which of a volume's runtimes a server takes, and which may go."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

import pytest

from wordlight.errors import RuntimeMissing
from wordlight.runtimes import (
    PackageLock,
    Runtime,
    RuntimeRecord,
    find_runtime,
    in_use,
    point_current,
    prune,
    runtime_root,
    runtimes,
)
from wordlight.runtimes._in_use import is_in_use
from wordlight.runtimes._runtime import sweep


def runtime(volume: Path, built_at_s: float = 1.0, **fields: object) -> Runtime:
    """A complete runtime with nothing in it but an interpreter."""
    chosen = {
        "lock": "l",
        "python": "3.11",
        "home": "/usr",
        "extras": ("engines",),
        "wants_flash_attn": False,
    }
    record = RuntimeRecord(**{**chosen, **fields, "built_at_s": built_at_s})
    folder = runtime_root(volume) / record.digest
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/python").touch()
    record.write(folder)
    return Runtime(folder, record)


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    made = runtime(tmp_path, imports=("torch: imports",), flash_attn="a.whl", stub="fine")

    assert Runtime.at(made.folder) == made


@pytest.mark.parametrize("content", ["", "{", "[]", '{"lock": "l"}', '{"surprise": 1}'])
def test_a_folder_without_a_whole_record_is_no_runtime(tmp_path: Path, content: str) -> None:
    made = runtime(tmp_path)
    (made.folder / "runtime.json").write_text(content)

    assert Runtime.at(made.folder) is None
    assert runtimes(tmp_path) == []


def test_only_the_locks_and_the_pythons_own_runtime_is_found(tmp_path: Path) -> None:
    made = runtime(tmp_path)
    runtime(tmp_path, lock="another")
    runtime(tmp_path, python="3.12")

    assert find_runtime(tmp_path, "l", "3.11", has_gpu=False) == made
    assert find_runtime(tmp_path, "none of these", "3.11", has_gpu=False) is None
    assert find_runtime(tmp_path / "nowhere", "l", "3.11", has_gpu=False) is None


def test_flash_attn_is_taken_where_there_is_a_gpu(tmp_path: Path) -> None:
    without = runtime(tmp_path)
    with_it = runtime(tmp_path, wants_flash_attn=True, flash_attn="a.whl")

    assert find_runtime(tmp_path, "l", "3.11", has_gpu=True) == with_it
    assert find_runtime(tmp_path, "l", "3.11", has_gpu=False) == without


def test_the_runtime_with_more_extras_is_taken(tmp_path: Path) -> None:
    more = runtime(tmp_path, extras=("engines", "mini"))
    runtime(tmp_path, built_at_s=2.0)

    assert find_runtime(tmp_path, "l", "3.11", has_gpu=False) == more


def test_a_runtime_whose_python_is_not_on_this_machine_is_not_taken(tmp_path: Path) -> None:
    made = runtime(tmp_path)
    made.python.unlink()
    made.python.symlink_to("/no/such/python3.11")

    assert find_runtime(tmp_path, "l", "3.11", has_gpu=False) is None


def test_old_runtimes_go_and_the_newest_stay(tmp_path: Path) -> None:
    made = [runtime(tmp_path, built_at_s=age, lock=str(age)) for age in (1.0, 2.0, 3.0, 4.0)]
    point_current(made[3])

    gone = prune(tmp_path, keep=2)

    assert {folder.name for folder in gone} == {made[0].folder.name, made[1].folder.name}
    assert runtimes(tmp_path) == [made[3], made[2]]
    assert not list(runtime_root(tmp_path).glob(".*.old"))


def test_the_current_one_stays_however_old(tmp_path: Path) -> None:
    old = runtime(tmp_path, built_at_s=1.0)
    new = runtime(tmp_path, built_at_s=2.0, lock="new")
    point_current(new)
    point_current(old)

    assert prune(tmp_path, keep=1) == []
    assert (runtime_root(tmp_path) / "current").resolve() == old.folder


def test_one_that_a_server_runs_in_stays_until_it_ends(tmp_path: Path) -> None:
    old = runtime(tmp_path, built_at_s=1.0)
    point_current(runtime(tmp_path, built_at_s=2.0, lock="new"))

    with in_use(old.folder):
        assert is_in_use(old.folder)
        assert prune(tmp_path, keep=1) == []

    assert prune(tmp_path, keep=1) == [old.folder]
    assert not old.folder.exists()


def test_a_mark_is_renewed_while_its_server_lives(tmp_path: Path) -> None:
    made = runtime(tmp_path)

    with in_use(made.folder, renew_s=0.05):
        (mark,) = (runtime_root(tmp_path) / ".in-use" / made.folder.name).iterdir()
        os.utime(mark, (0, 0))
        time.sleep(0.3)

        assert is_in_use(made.folder)


def test_a_dead_servers_mark_does_not_hold_for_ever(tmp_path: Path) -> None:
    made = runtime(tmp_path)
    marks = runtime_root(tmp_path) / ".in-use" / made.folder.name
    marks.mkdir(parents=True)
    (marks / "1-dead").touch()
    os.utime(marks / "1-dead", (0, 0))

    assert not is_in_use(made.folder)
    assert not list(marks.iterdir())


def test_a_runtime_removed_just_now_is_not_marked(tmp_path: Path) -> None:
    made = runtime(tmp_path)
    (made.folder / "runtime.json").unlink()

    with pytest.raises(RuntimeMissing, match="removed just now"), in_use(made.folder):
        pass
    assert not is_in_use(made.folder)


def test_a_volume_that_takes_no_mark_still_serves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = runtime(tmp_path)
    (runtime_root(tmp_path) / ".in-use").write_text("a file where the folder should be")

    with caplog.at_level(logging.WARNING), in_use(made.folder):
        pass

    assert "cannot be marked as in use" in caplog.text


def test_what_killed_installations_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    made = runtime(tmp_path)
    point_current(made)
    root = runtime_root(tmp_path)
    for leftover in (f".{made.folder.name}.77.x", f".{made.folder.name}.7.old", ".links.a"):
        (root / leftover / "lib").mkdir(parents=True)
    (root / ".current.77").symlink_to("nowhere")
    (root / ".uv-cache").mkdir()
    (root / ".uv-cache.77").mkdir()

    sweep(tmp_path)

    assert {path.name for path in root.iterdir()} == {made.folder.name, "current", ".uv-cache"}


def test_the_locks_own_wheels_for_this_python_are_counted() -> None:
    lock = PackageLock.find()

    sizes = {p: lock.wheel_bytes(["torch==2.8.0"], p) for p in ("3.11", "3.12")}

    assert all(880e6 < size < 900e6 for size in sizes.values())
    assert sizes["3.11"] != sizes["3.12"]
    assert lock.wheel_bytes(["torch==0.0.1", "no-such-package==1"], "3.12") == 0
