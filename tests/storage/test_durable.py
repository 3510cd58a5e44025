"""Files are replaced whole or not at all, and nothing is left beside them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from wordlight.storage import move_whole, sync_file, sync_file_system, sync_folder, write_whole

REWRITE = """
import sys
from pathlib import Path
from wordlight.storage import write_whole
print("ready", flush=True)
while True:
    for letter in "ab":
        write_whole(Path(sys.argv[1]), letter * 100_000)
"""


def test_a_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_whole(tmp_path / "record.json", "grün\n")

    assert (tmp_path / "record.json").read_bytes() == "grün\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "en.txt"
    path.write_text("before")
    path.chmod(0o640)

    write_whole(path, "after")

    assert path.read_text() == "after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    path, over = tmp_path / "record", threading.Event()
    write_whole(path, "a" * 100_000)
    seen: set[str] = set()

    def read() -> None:
        while not over.is_set():
            seen.add(path.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        for letter in "ab":
            write_whole(path, letter * 100_000)
    over.set()
    reader.join()

    assert seen <= {"a" * 100_000, "b" * 100_000}
    assert seen


def test_a_writer_that_is_killed_leaves_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "record"
    writer = subprocess.Popen(
        [sys.executable, "-c", REWRITE, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    while not path.exists():
        assert writer.poll() is None
    writer.kill()
    writer.wait()

    assert path.read_text() in ("a" * 100_000, "b" * 100_000)


def test_a_full_disk_leaves_the_file_as_it_was(full_volume: Path) -> None:
    with (full_volume / "film").open("r+b") as film:
        film.truncate(film.seek(0, os.SEEK_END) - 3 * 65536)
    write_whole(full_volume / "record", "before")

    with pytest.raises(OSError, match="No space left on device"):
        write_whole(full_volume / "record", "after" * 100_000)

    assert (full_volume / "record").read_text() == "before"
    assert sorted(path.name for path in full_volume.iterdir()) == ["film", "record"]


def test_a_read_only_disk_leaves_the_file_as_it_was(closed_volume: Path) -> None:
    with pytest.raises(OSError, match="Read-only file system"):
        write_whole(closed_volume / "film", "after")

    assert (closed_volume / "film").read_text() == ""


def test_a_link_is_moved_over_another_in_one_step(tmp_path: Path) -> None:
    for name, target in (("current", "old"), ("fresh", "new")):
        (tmp_path / name).symlink_to(target)

    move_whole(tmp_path / "fresh", tmp_path / "current")

    assert (tmp_path / "current").readlink() == Path("new")
    assert not os.path.lexists(tmp_path / "fresh")


def test_files_folders_and_whole_file_systems_can_be_synced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    sync_file(tmp_path / "file")
    sync_folder(tmp_path)
    sync_file_system(tmp_path)

    with pytest.raises(FileNotFoundError):
        sync_file(tmp_path / "gone")
    with pytest.raises(FileNotFoundError):
        sync_file_system(tmp_path / "gone")


def test_a_folder_that_cannot_be_synced_is_no_error(tmp_path: Path) -> None:
    sync_folder(tmp_path / "gone")
