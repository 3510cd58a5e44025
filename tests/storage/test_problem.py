"""What the system refuses on a volume is told by its cause, with the path and what is free."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from wordlight.errors import FileFailed, VolumeFull, VolumeReadOnly
from wordlight.storage import free_bytes, is_full, volume_edge, volume_problem, write_whole


def refused(number: int, path: Path | None = None) -> OSError:
    return OSError(number, os.strerror(number), *([str(path)] if path else []))


def test_a_full_disk_is_told_with_what_it_has_free(full_volume: Path) -> None:
    with pytest.raises(VolumeFull) as raised, volume_edge(full_volume):
        (full_volume / "more").write_bytes(b"x")

    assert str(raised.value) == (
        f"volume {full_volume} is full: No space left on device, 0 bytes free"
    )
    assert isinstance(raised.value.__cause__, OSError)
    assert is_full(raised.value.__cause__)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_the_disk_is_asked_for_what_is_free(number: int, small_volume: Path) -> None:
    (small_volume / "film").write_bytes(b"x" * 1_000_000)
    folder = small_volume / "not/there/yet"

    problem = volume_problem(folder, refused(number))

    assert isinstance(problem, VolumeFull)
    assert problem.free_bytes == free_bytes(small_volume)
    assert 7_000_000 < problem.free_bytes < 7_400_000


def test_a_read_only_file_system_is_told_with_the_volume(closed_volume: Path) -> None:
    with pytest.raises(VolumeReadOnly) as raised, volume_edge(closed_volume):
        write_whole(closed_volume / "lexicons.txt", "x")

    assert str(raised.value) == (
        f"{closed_volume} cannot be written by user {os.geteuid()}: Read-only file system"
    )


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_a_closed_folder_is_named_and_not_the_file_that_would_be_in_it(
    number: int, tmp_path: Path
) -> None:
    path = tmp_path / "leases/weights/00000001"
    (tmp_path / "leases").mkdir()

    problem = volume_problem(tmp_path, refused(number, path))

    assert isinstance(problem, VolumeReadOnly)
    assert problem.folder == tmp_path / "leases"
    assert problem.remedy.count(str(tmp_path / "leases")) == 1


def test_a_refusal_that_names_no_path_is_that_of_the_volume(tmp_path: Path) -> None:
    problem = volume_problem(tmp_path, refused(errno.EACCES))

    assert isinstance(problem, VolumeReadOnly)
    assert problem.folder == tmp_path


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ENOENT])
def test_any_other_error_is_told_with_the_path_that_the_system_names(
    number: int, tmp_path: Path
) -> None:
    named = volume_problem(tmp_path, refused(number, tmp_path / "blobs/x"))
    nameless = volume_problem(tmp_path, refused(number))

    assert isinstance(named, FileFailed)
    assert str(named) == f"{tmp_path}/blobs/x: {os.strerror(number)}"
    assert str(nameless) == f"{tmp_path}: {os.strerror(number)}"


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "leases").touch()

    with pytest.raises(FileFailed, match=r"leases.*: Not a directory"), volume_edge(tmp_path):
        (tmp_path / "leases/weights").mkdir(parents=True)


def test_other_errors_than_the_systems_pass(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ours"), volume_edge(tmp_path):
        raise ValueError("ours")
